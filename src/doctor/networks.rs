//! Whether build machines in a network of one's own get out of it: to AWS, to the repository, to registries of packages.

use super::Examined;
use super::facts::{Network as Found, Subnet, Way};
use super::questions::Network;
use super::spot::Filled;
use crate::diagnostic::{Finding, Span};
use crate::operate::plain;
use crate::pipeline::text::Place;

pub(super) fn check(examined: &Examined) -> Vec<Finding> {
    let wanted = examined.questions.networks.iter();
    let judged = wanted.filter_map(|((place, vpc), network)| {
        let found = examined.facts.networks.get(&(place.clone(), vpc.clone()))?;
        Some(One { examined, place, vpc, network, found }.judge())
    });
    judged.flatten().collect()
}

/// One network, in one place.
struct One<'a> {
    examined: &'a Examined<'a>,
    place: &'a Place,
    vpc: &'a str,
    network: &'a Network,
    found: &'a Found,
}

impl One<'_> {
    fn judge(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(subnets) = &self.found.subnets {
            let judged = self.network.subnets.iter().map(|id| match subnets.get(id) {
                None => Some(self.absent("BL920", "subnet", "subnets", id)),
                Some(subnet) => self.subnet(id, subnet),
            });
            findings.extend(judged.flatten());
        }
        if let Some(groups) = &self.found.groups {
            let absent = self.network.groups.iter().filter(|id| !groups.contains(*id));
            findings.extend(absent.map(|id| self.absent("BL923", "security group", "security_groups", id)));
        }
        findings
    }

    fn spot(&self, key: &str, id: &str) -> Option<Span> {
        let filled = Filled { environment: self.network.environment.as_deref(), ..Filled::default() };
        self.examined.spots.find(&["vpc", key], id, filled)
    }

    fn absent(&self, code: &'static str, what: &str, key: &str, id: &str) -> Finding {
        Finding::error(code, self.spot(key, id), format!("there is no {what} `{id}`"))
            .because(format!("builds run in it, in {}", self.place))
            .help(format!("name one of the VPC `{}`", self.vpc))
    }

    fn subnet(&self, id: &str, subnet: &Subnet) -> Option<Finding> {
        let place = self.spot("subnets", id);
        if subnet.vpc != self.vpc {
            let other = plain(&subnet.vpc);
            return Some(
                Finding::error(
                    "BL921",
                    place,
                    format!("the subnet `{id}` is in `{other}`, not in `{}`", self.vpc),
                )
                .because("CodeBuild refuses a project whose subnets are in another VPC")
                .help(format!("name subnets of `{}`, or set `vpc.id: {other}`", self.vpc)),
            );
        }
        let why = match subnet.way.as_ref()? {
            Way::Out(_) => return None,
            // CodeBuild user guide, "Use AWS CodeBuild with Amazon Virtual Private Cloud": an internet gateway is no way out.
            Way::Public(gateway) => format!(
                "its route leads to the internet gateway `{}`, and build machines have no public address",
                plain(gateway)
            ),
            Way::Lost(target) => {
                format!("its route leads to `{}`, which is not there any more", plain(target))
            }
            Way::Nowhere => "its route table leads nowhere but into the VPC".to_owned(),
        };
        let message = format!("builds in the subnet `{id}` have no way to the internet");
        if self.found.endpoints.is_empty() {
            let finding = Finding::error("BL922", place, message).because(why);
            return Some(
                finding.help("name a private subnet whose route table has a NAT gateway for 0.0.0.0/0"),
            );
        }
        let endpoints: Vec<String> = self.found.endpoints.iter().map(|name| plain(name)).collect();
        Some(Finding::note("BL922", place, message).because(why).help(format!(
            "that is enough only where the endpoints of the VPC are all that a build needs: {}",
            endpoints.join(", ")
        )))
    }
}
