//! In every example whose rules go to environments of their own: what one pipeline and its environments call is denied to
//! the roles of the others, but for what they call themselves.

use std::collections::BTreeMap;

use crate::accounts::{calls_of, leaks};
use crate::permissions;
use crate::support::authority::{Authority, Caller};
use crate::support::iam::Need;

/// The examples, and how many pairs of pipelines each has, in both directions.
const EXAMPLES: &[(&str, usize)] =
    &[("cross-region", 2), ("rails-ecs", 2), ("three-accounts", 2), ("trunk", 2)];

/// The calls of a pipeline's roles, and of those of its environments.
fn side<'a>(
    calls: &'a BTreeMap<String, (Caller, Vec<Need>)>,
    pipeline: &str,
    environments: &[String],
    app: &str,
) -> Vec<&'a (Caller, Vec<Need>)> {
    let mut prefixes = vec![format!("{pipeline}-")];
    prefixes.extend(environments.iter().map(|name| format!("{app}-{name}-")));
    let is_its = |name: &str| prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()));
    calls.iter().filter(|(name, _)| is_its(name)).map(|(_, of_one)| of_one).collect()
}

#[test]
fn no_role_of_a_rule_may_do_what_another_rules_pipeline_does() {
    for (name, pairs) in EXAMPLES {
        let needed = permissions::every().iter().find(|it| it.name == *name).expect("it is one of all");
        let config = &needed.stacks.config;
        let (map, _) = branchline::branch_map::resolve(config);
        let (authority, calls) = (Authority::of([&needed.stacks]), calls_of(needed));
        let (mut found, mut seen, mut ours) = (Vec::new(), 0, 0);
        for one in &map.entries {
            let callers = side(&calls, &one.pipeline, &one.environments, &config.app);
            ours += callers.len();
            for other in map.entries.iter().filter(|other| other.pipeline != one.pipeline) {
                assert!(!other.environments.iter().any(|it| one.environments.contains(it)), "{name}");
                let theirs = side(&calls, &other.pipeline, &other.environments, &config.app);
                let theirs: Vec<&Need> = theirs.into_iter().flat_map(|(_, needs)| needs).collect();
                assert!(theirs.len() > 50, "{name}: only {} calls", theirs.len());
                found
                    .extend(callers.iter().flat_map(|(caller, own)| leaks(&authority, caller, own, &theirs)));
                seen += 1;
            }
        }
        // The project that compares is that of all pipelines: it runs branchline's own shell, reads, and writes nothing.
        let of_all = calls.keys().filter(|role| **role == format!("{}-compare", config.app)).count();
        assert_eq!((seen, ours + of_all), (*pairs, calls.len()), "{name}: every role is on one side");
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}
