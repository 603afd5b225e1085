//! Where a subnet's traffic to the internet goes, by the route tables of its VPC.

use serde_json::Value;

use super::asking::text;
use crate::doctor::facts::Way;

/// Everything, or one half of it: a pair of halves is written where another route takes everything.
const EVERYWHERE: [&str; 3] = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"];

/// The members of a route that say what it leads to (EC2 API reference, `Route`), but for the gateways of `gatewayId`. An egress-only
/// gateway is of IPv6 alone, which build machines have not.
const TARGETS: [&str; 7] = [
    "natGatewayId",
    "transitGatewayId",
    "networkInterfaceId",
    "instanceId",
    "vpcPeeringConnectionId",
    "coreNetworkArn",
    "localGatewayId",
];

/// The way of a subnet: of the table that it is in, or of its VPC's main one (VPC user guide, "Subnet route tables").
pub(super) fn way(tables: &[Value], subnet: &str) -> Way {
    let within = |table: &&Value, is_it: &dyn Fn(&Value) -> bool| {
        table["associationSet"].as_array().is_some_and(|all| all.iter().any(is_it))
    };
    let own = tables.iter().find(|table| within(table, &|one| one["subnetId"] == subnet));
    let main = || tables.iter().find(|table| within(table, &|one| one["main"] == "true"));
    let routes = own.or_else(main).and_then(|table| table["routeSet"].as_array());
    let routes = routes.map(Vec::as_slice).unwrap_or_default();
    let broad =
        |route: &&Value| route["destinationCidrBlock"].as_str().is_some_and(|to| EVERYWHERE.contains(&to));
    routes.iter().filter(broad).find_map(leads).unwrap_or(Way::Nowhere)
}

fn leads(route: &Value) -> Option<Way> {
    let target = TARGETS.into_iter().find_map(|key| text(route, key));
    let gateway = text(route, "gatewayId");
    let to = target.clone().or_else(|| gateway.clone())?;
    Some(if route["state"] == "blackhole" {
        Way::Lost(to)
    } else if target.is_none() && to.starts_with("igw-") {
        Way::Public(to)
    } else {
        // A virtual private gateway leads to a network of their own, which may lead on.
        Way::Out(to)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn table(association: &Value, routes: &Value) -> Value {
        json!({ "associationSet": [association], "routeSet": routes })
    }

    #[test]
    fn a_subnet_goes_by_its_own_table_and_else_by_the_main_one() {
        let nat = json!([{ "destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local" },
            { "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "state": "active" }]);
        let public = json!([{ "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1" }]);
        let tables = [table(&json!({ "main": "true" }), &public), table(&json!({ "subnetId": "s-1" }), &nat)];
        assert_eq!(way(&tables, "s-1"), Way::Out("nat-1".to_owned()));
        assert_eq!(way(&tables, "s-2"), Way::Public("igw-1".to_owned()));
        assert_eq!(way(&tables[1..], "s-2"), Way::Nowhere);
    }

    #[test]
    fn what_is_gone_leads_nowhere_and_a_network_of_their_own_may() {
        let only = |route: Value| way(&[table(&json!({ "main": "true" }), &json!([route]))], "s");
        let lost =
            json!({ "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-1", "state": "blackhole" });
        assert_eq!(only(lost), Way::Lost("nat-1".to_owned()));
        let own = json!({ "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "vgw-1" });
        assert_eq!(only(own), Way::Out("vgw-1".to_owned()));
        assert_eq!(
            only(json!({ "destinationCidrBlock": "10.0.0.0/8", "natGatewayId": "nat-1" })),
            Way::Nowhere
        );
        assert_eq!(
            only(json!({ "destinationIpv6CidrBlock": "::/0", "natGatewayId": "nat-1" })),
            Way::Nowhere
        );
    }
}
