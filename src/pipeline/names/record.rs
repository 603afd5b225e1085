//! Where it is written down what is deployed to an environment: objects in the bucket of its lock.
//!
//! A folder for each group of rules that share services: `records/production` where there is one, and where there are several,
//! say in a monorepo, `records/production/api+web` each, the group's services in the order of the alphabet.

use super::digits;

/// Characters of the services' names, joined, in a folder's name. What is longer stands as eight digits of its digest.
const PART: usize = 60;

/// The folder of the records of an environment: for the group of rules with these services, or for all where there are none. No
/// service has a `+` in its name, so the digits behind one are taken for no service.
pub fn records(environment: &str, part: &[&str]) -> String {
    let mut part = part.to_vec();
    part.sort_unstable();
    let joined = part.join("+");
    match joined.len() {
        0 => format!("records/{environment}"),
        1..=PART => format!("records/{environment}/{joined}"),
        _ => format!("records/{environment}/+{}", digits(&joined)),
    }
}

/// All records of an environment, whatever services they are of, as a policy's pattern.
pub fn all_records(environment: &str) -> String {
    format!("records/{environment}/*")
}

/// The record of what is deployed, in a folder of [`records`].
pub fn record(folder: &str) -> String {
    format!("{folder}/deployed")
}

/// The commit that has migrated last, in such a folder.
pub fn migrated_object(folder: &str) -> String {
    format!("{folder}/migrated")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_group_depends_on_its_services_alone() {
        assert_eq!(records("production", &[]), "records/production");
        assert_eq!(records("production", &["web", "api"]), "records/production/api+web");
        assert_eq!(records("production", &["api", "web"]), "records/production/api+web");
    }

    #[test]
    fn the_folder_of_many_services_is_short_and_told_from_others() {
        let names: Vec<String> = (10..40).map(|number| format!("service-{number}")).collect();
        let many: Vec<&str> = names.iter().map(String::as_str).collect();
        let (all, fewer) = (records("dev", &many), records("dev", &many[1..]));
        assert!(all.len() == "records/dev/+".len() + 8 && all != fewer, "{all} {fewer}");
    }
}
