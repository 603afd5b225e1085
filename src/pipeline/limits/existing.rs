//! Roles that exist and are shared by what branchline would keep apart.

use std::collections::BTreeMap;

use super::Judge;
use crate::config::Written;
use crate::diagnostic::Finding;

impl Judge<'_> {
    /// Roles of pipelines that lead to different environments (code `BL510`), and roles of two environments (`BL511`).
    pub(super) fn shared_roles(&mut self) {
        let config = self.plan.config;
        let entries = &self.plan.map.entries;
        let roles = &config.existing.roles;
        let differ = entries.iter().any(|entry| entry.environments != entries[0].environments);
        for (role, what) in [
            (&roles.pipeline, "reaches all environments that any of them deploys to"),
            (&roles.build, "can replace what any other is about to deploy"),
            (&roles.test, "can read the artifacts and secrets of all"),
        ] {
            if let (Some(role), true) = (role, differ) {
                self.findings.push(
                    Finding::warning(
                        "BL510",
                        role.place,
                        format!("{} pipelines share this role, and lead to different environments", entries.len()),
                    )
                    .because(format!("whoever comes by it in one of them {what}"))
                    .help("leave it out, so that each pipeline gets a role of its own; or keep the pipelines of production in a file of their own"),
                );
            }
        }
        let of_pipelines = [(&roles.pipeline, "pipeline"), (&roles.build, "build"), (&roles.test, "test")];
        let mut seen: BTreeMap<&str, (&str, &Written)> = BTreeMap::new();
        for place in self.plan.environments() {
            let roles = &place.roles;
            let own = [&roles.deploy, &roles.migrate, &roles.keep, &roles.lock, &roles.lock_holder];
            for role in own.into_iter().flatten() {
                let same = of_pipelines.iter().find_map(|(other, kind)| {
                    Some((other.as_ref().filter(|it| it.text == role.text)?, kind))
                });
                if let Some((first, kind)) = same {
                    self.findings.push(
                        Finding::error(
                            "BL511",
                            role.place,
                            format!("`{}` and `roles.{kind}` of all pipelines are one role", place.name),
                        )
                        .because(
                            "every build, a pull request's too, would have the rights of this environment",
                        )
                        .help("give the environment a role of its own")
                        .related(first.place, "all pipelines have it"),
                    );
                }
            }
            let mut further = Vec::new();
            for role in own.into_iter().flatten() {
                match seen.get(role.text.as_str()) {
                    Some((other, first)) if *other != place.name => {
                        self.findings.push(
                            Finding::warning(
                                "BL511",
                                role.place,
                                format!("`{other}` and `{}` share this role", place.name),
                            )
                            .because("it may do in both what either needs, and trusts the pipelines of both")
                            .help("give each environment a role of its own")
                            .related(first.place, format!("`{other}` has it too")),
                        );
                    }
                    Some(_) => {}
                    None => further.push((role.text.as_str(), (place.name.as_str(), role))),
                }
            }
            seen.extend(further);
        }
    }
}
