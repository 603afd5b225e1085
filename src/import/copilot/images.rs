//! Services without an image of their own. One that says nothing of its image is built from `./Dockerfile` and deployed with that, so what
//! runs somebody else's image must not come into the map.

use super::super::draft::{Deploy, Image, Rule, Service};
use super::super::remark::{Remark, Weight};
use super::together::goes_with;

/// Takes out what runs an image that is not built here, which [`super::services`] has told; commands borrow the image of a service that
/// is built and goes where they go, since each service has one.
pub(super) fn settle(services: &mut Vec<Service>, rules: &[Rule], remarks: &mut Vec<Remark>) {
    services.retain(|service| service.image != Image::None || matches!(service.deploy, Deploy::Commands(_)));
    let built = services.iter().filter(|service| matches!(service.image, Image::Built(_)));
    let built: Vec<String> = built.map(|service| service.name.clone()).collect();
    services.retain_mut(|service| {
        if service.image != Image::None {
            return true;
        }
        let lender = built.iter().find(|name| goes_with(rules, &service.name, name));
        match lender {
            Some(name) => service.image = Image::Of(name.clone()),
            None => remarks.push(Remark {
                weight: Weight::Lost,
                what: format!("`{}` is left out: no service that goes with it builds an image", service.name),
                help: "a pipeline of branchline's builds one and deploys it: keep deploying this as today"
                    .to_owned(),
                place: Some(service.place.clone()),
            }),
        }
        lender.is_some()
    });
}
