//! The services that are asked so, and where they are.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use crate::config::Partition;

/// A service. Names, targets and versions are those of its service model (botocore 1.43).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Networks.
    Ec2,
    /// Image repositories.
    Ecr,
    /// Clusters, services and task definitions.
    Ecs,
    /// Roles.
    Iam,
    /// Log groups and what is in them.
    Logs,
    /// Quotas.
    ServiceQuotas,
    /// Secrets.
    SecretsManager,
    /// Topics.
    Sns,
    /// Parameters.
    Ssm,
}

/// In which form a service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// JSON 1.1; the operation stands behind this in `X-Amz-Target`.
    Json(&'static str),
    /// Forms, with lists as `Name.member.1`, and with the version of the API.
    Query(&'static str),
    /// Forms, with lists as `Name.1`.
    Ec2(&'static str),
}

impl Service {
    /// What its name begins with in policies: `ecs`.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Service::Ec2 => "ec2",
            Service::Ecr => "ecr",
            Service::Ecs => "ecs",
            Service::Iam => "iam",
            Service::Logs => "logs",
            Service::ServiceQuotas => "servicequotas",
            Service::SecretsManager => "secretsmanager",
            Service::Sns => "sns",
            Service::Ssm => "ssm",
        }
    }

    /// Under which name its requests are signed (`signingName`): the same, for all of these.
    pub(super) fn signing(self) -> &'static str {
        self.prefix()
    }

    /// Its id, of which settings of its own are named (`serviceId`).
    pub(super) fn id(self) -> &'static str {
        match self {
            Service::Ec2 => "EC2",
            Service::Ecr => "ECR",
            Service::Ecs => "ECS",
            Service::Iam => "IAM",
            Service::Logs => "CloudWatch Logs",
            Service::ServiceQuotas => "Service Quotas",
            Service::SecretsManager => "Secrets Manager",
            Service::Sns => "SNS",
            Service::Ssm => "SSM",
        }
    }

    /// Its form.
    pub(super) fn protocol(self) -> Protocol {
        match self {
            Service::Ec2 => Protocol::Ec2("2016-11-15"),
            Service::Iam => Protocol::Query("2010-05-08"),
            Service::Sns => Protocol::Query("2010-03-31"),
            Service::Ecr => Protocol::Json("AmazonEC2ContainerRegistry_V20150921"),
            Service::Ecs => Protocol::Json("AmazonEC2ContainerServiceV20141113"),
            Service::Logs => Protocol::Json("Logs_20140328"),
            Service::ServiceQuotas => Protocol::Json("ServiceQuotasV20190624"),
            Service::SecretsManager => Protocol::Json("secretsmanager"),
            Service::Ssm => Protocol::Json("AmazonSSM"),
        }
    }

    /// The region for which requests are signed. IAM is one for all regions of a partition (botocore's `endpoints.json`).
    pub(super) fn signing_region(self, region: &str) -> &str {
        match (self, Partition::of_region(region)) {
            (Service::Iam, Partition::Aws) => "us-east-1",
            (Service::Iam, Partition::China) => "cn-north-1",
            (Service::Iam, Partition::GovCloud) => "us-gov-west-1",
            _ => region,
        }
    }

    /// Its address: the person's own where one is set (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"), else AWS's
    /// (AWS General Reference, "Service endpoints and quotas").
    pub(super) fn endpoint(self, config: &SdkConfig, region: &str) -> String {
        let key = ServiceConfigKey::builder()
            .service_id(self.id())
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let own = key.ok().and_then(|key| config.service_config()?.load_config(key));
        if let Some(set) = own.or_else(|| config.endpoint_url().map(str::to_owned)) {
            return set;
        }
        let fips = config.use_fips().unwrap_or_default();
        self.public(region, fips)
    }

    /// AWS's own address of it, that of validated cryptography where it is asked for.
    fn public(self, region: &str, fips: bool) -> String {
        let partition = Partition::of_region(region);
        let (suffix, end) = (if fips { "-fips" } else { "" }, partition.url_suffix());
        match (self, partition) {
            (Service::Iam, Partition::Aws) => format!("https://iam{suffix}.{end}"),
            (Service::Iam, Partition::China) => format!("https://iam.cn-north-1.{end}"),
            (Service::Iam, Partition::GovCloud) => format!("https://iam.us-gov.{end}"),
            (Service::Ecr, _) if fips => format!("https://ecr-fips.{region}.{end}"),
            (Service::Ecr, _) => format!("https://api.ecr.{region}.{end}"),
            _ => format!("https://{}{suffix}.{region}.{end}", self.prefix()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Service;

    #[test]
    fn each_service_is_asked_at_the_address_that_aws_lists() {
        let at = |service: Service, region| service.public(region, false);
        assert_eq!(at(Service::Ecs, "ap-northeast-1"), "https://ecs.ap-northeast-1.amazonaws.com");
        assert_eq!(at(Service::Ecr, "eu-west-1"), "https://api.ecr.eu-west-1.amazonaws.com");
        assert_eq!(at(Service::Iam, "eu-west-1"), "https://iam.amazonaws.com");
        assert_eq!(at(Service::Iam, "us-gov-east-1"), "https://iam.us-gov.amazonaws.com");
        assert_eq!(at(Service::Ssm, "cn-north-1"), "https://ssm.cn-north-1.amazonaws.com.cn");
        assert_eq!(Service::Ecs.public("us-east-1", true), "https://ecs-fips.us-east-1.amazonaws.com");
        assert_eq!(Service::Iam.signing_region("eu-west-1"), "us-east-1");
    }
}
