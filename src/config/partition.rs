//! Partitions: AWS's separate clouds, each with accounts, ARNs and host names of its own.

use std::fmt;

/// A partition. Its region decides which one a place belongs to; nothing is shared between two of them, so no role of
/// one is ever assumed from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// `aws`: all regions but those of the others.
    Aws,
    /// `aws-cn`: Beijing and Ningxia.
    China,
    /// `aws-us-gov`: the two regions for the government of the United States.
    GovCloud,
}

/// Regions of the partitions that AWS lists no CodeConnections for: botocore 1.43's table of endpoints (`endpoints.json`,
/// the service `codestar-connections`), which has it in `us-gov-east-1` alone. For China, "Getting Started with Amazon
/// Web Services in China" says of CodePipeline, on CodeBuild's page, that it is not there at all.
const WITHOUT_CONNECTIONS: [&str; 3] = ["cn-north-1", "cn-northwest-1", "us-gov-west-1"];

impl Partition {
    /// The partition of a region, by the beginning of its code.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Partition::China
        } else if region.starts_with("us-gov-") {
            Partition::GovCloud
        } else {
            Partition::Aws
        }
    }

    /// The partition's word in an ARN (AWS, "Amazon Resource Names").
    pub fn id(self) -> &'static str {
        match self {
            Partition::Aws => "aws",
            Partition::China => "aws-cn",
            Partition::GovCloud => "aws-us-gov",
        }
    }

    /// The end of its hosts' names, which stacks know as `AWS::URLSuffix` (botocore's `partitions.json`, `dnsSuffix`).
    pub fn url_suffix(self) -> &'static str {
        match self {
            Partition::Aws | Partition::GovCloud => "amazonaws.com",
            Partition::China => "amazonaws.com.cn",
        }
    }

    /// The host of the console in one of its regions.
    pub fn console(self, region: &str) -> String {
        match self {
            Partition::Aws => format!("{region}.console.aws.amazon.com"),
            Partition::China => format!("{region}.console.amazonaws.cn"),
            Partition::GovCloud => "console.amazonaws-us-gov.com".to_owned(),
        }
    }

    /// Whether AWS is known to have no CodeConnections in a region: what it says of `aws` is left to AWS.
    pub fn lacks_connections(region: &str) -> bool {
        WITHOUT_CONNECTIONS.contains(&region)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
