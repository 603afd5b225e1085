//! What a project's role needs to run in a VPC.

use super::iam::Statement;
use super::text::{Place, Text};
use crate::config::Vpc;

/// How CodeBuild looks at a network. EC2 knows no resource for these.
const LOOK: &[&str] = &[
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];

/// Making, using and removing the project's network interface, in these subnets alone.
///
/// The actions are those of CodeBuild's user guide ("Allow CodeBuild access to AWS services required to create a VPC
/// network interface"), which leaves the resources of all but the last open; they are narrowed by EC2's service
/// authorization reference.
pub(super) fn statements(at: &Place, vpc: &Vpc) -> Vec<Statement> {
    let interface = || at.arn("ec2", "network-interface/*");
    let subnets = || -> Vec<Text> {
        vpc.subnets.iter().map(|subnet| at.arn("ec2", format!("subnet/{subnet}"))).collect()
    };
    let mut parts = vec![interface()];
    parts.extend(subnets());
    parts.extend(vpc.security_groups.iter().map(|group| at.arn("ec2", format!("security-group/{group}"))));
    vec![
        Statement::allow("Networks", LOOK, vec![Text::from("*")]),
        Statement::allow("JoinNetwork", &["ec2:CreateNetworkInterface"], parts),
        Statement::allow("LeaveNetwork", &["ec2:DeleteNetworkInterface"], vec![interface()]).when(
            "ArnEquals",
            "ec2:Subnet",
            subnets(),
        ),
        Statement::allow("UseInterface", &["ec2:CreateNetworkInterfacePermission"], vec![interface()])
            .when("StringEquals", "ec2:AuthorizedService", vec![Text::from("codebuild.amazonaws.com")])
            .when("ArnEquals", "ec2:Subnet", subnets()),
    ]
}
