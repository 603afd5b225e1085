//! The names of what is made in AWS. Each depends on the app and its own rule or environment alone, so adding a rule
//! renames nothing. The stem is the app's name with the file's prefix before it. Lengths are safe by construction: a stem
//! has at most 20 characters, an environment 30, a pipeline's slug 32; a role's name may have 64, a bucket's 63.

use sha2::{Digest, Sha256};

use super::text::{Place, Text};

mod record;
mod stage;

pub use record::{all_records, migrated_object, record, records};
pub use stage::StageKind;

/// Characters of a role's name (IAM quotas).
pub const ROLE: usize = 64;

/// The artifact bucket of a region: `shop-artifacts-111111111111-eu-west-1`.
pub fn artifact_bucket(stem: &str, owner: &Place) -> Text {
    Text::literal(format!("{stem}-artifacts-")).then(owner.account_text()).text("-").then(owner.region_text())
}

/// The folder of a pipeline's artifacts in the bucket: the first 20 characters of its name, as CodePipeline cuts it
/// (docs/verified.md says who reports it).
pub fn artifact_folder(pipeline: &str) -> &str {
    let end = pipeline.char_indices().nth(20).map_or(pipeline.len(), |(end, _)| end);
    &pipeline[..end]
}

/// The parameter by which a pipeline's stack gets the artifact key of another region: `ArtifactKeyArnEuWest1`.
pub fn artifact_key_parameter(region: &str) -> String {
    let mut name = "ArtifactKeyArn".to_owned();
    for word in region.split('-') {
        let (first, rest) = word.split_at(word.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// The template of a region's base stack, in the generated folder; `None` is the pipelines' own region.
pub fn base_template(region: Option<&str>) -> String {
    region.map_or_else(|| "base.yml".to_owned(), |region| format!("base-{region}.yml"))
}

/// The name under which the base stack exports its key's ARN.
pub fn artifact_key_export(stem: &str) -> String {
    format!("{stem}-artifact-key")
}

/// The name under which the base stack exports the ARN of the connection it made.
pub fn connection_export(stem: &str) -> String {
    format!("{stem}-connection")
}

/// The name under which the base stack exports what stands behind the `/` of that ARN.
pub fn connection_id_export(stem: &str) -> String {
    format!("{stem}-connection-id")
}

/// A pipeline's role.
pub fn pipeline_role(pipeline: &str) -> String {
    format!("{pipeline}-pipeline")
}

/// The role of the pipeline of one branch: its name without the words, which the digits tell from every other. Short, because
/// the roles of environments trust each of them by its name.
pub fn branch_role(pipeline: &str) -> String {
    pipeline_role(artifact_folder(pipeline).trim_end_matches('-'))
}

/// The rule of EventBridge's that starts a pipeline, and its role. At most 59 characters: a rule's and a role's may have 64.
pub fn start_rule(pipeline: &str) -> String {
    format!("{pipeline}-start")
}

/// The role under which actions work in an environment.
pub fn deploy_role(stem: &str, environment: &str) -> String {
    format!("{stem}-{environment}-deploy")
}

/// The bucket in which the locks of environments lie: `shop-locks-111111111111-eu-west-1`.
pub fn lock_bucket(stem: &str, owner: &Place) -> Text {
    Text::literal(format!("{stem}-locks-")).then(owner.account_text()).text("-").then(owner.region_text())
}

/// An environment's lock in that bucket.
pub fn lock_object(environment: &str) -> String {
    format!("locks/{environment}")
}

/// The role that alone writes an environment's lock.
pub fn lock_holder(stem: &str, environment: &str) -> String {
    format!("{stem}-{environment}-lock-holder")
}

/// A project of an environment: `migrate`, `keep`, `lock`, `guard`, `record`, `snapshot`, `verify`.
pub fn environment_project(stem: &str, environment: &str, kind: &str) -> String {
    format!("{stem}-{environment}-{kind}")
}

/// What the names of an environment's database snapshots begin with; eight digits of an execution's id follow, and eight of
/// its build's. At most 69 characters with them: an identifier in RDS has up to 255 letters, digits and single hyphens, and begins with a letter.
pub fn snapshots(stem: &str, environment: &str) -> String {
    format!("{stem}-{environment}-")
}

/// A project of a pipeline: `build`, `test`.
pub fn pipeline_project(pipeline: &str, kind: &str) -> String {
    format!("{pipeline}-{kind}")
}

/// A kind, and which of several of that kind: `migrate`, `migrate-orders`.
pub fn with_part(kind: &str, part: Option<&str>) -> String {
    part.map_or_else(|| kind.to_owned(), |part| format!("{kind}-{part}"))
}

/// The role of a project: the project's name, which may be longer than a role's may. One that is cut ends in eight
/// digits of its digest, and depends on itself alone.
pub fn project_role(project: &str) -> String {
    if project.len() <= ROLE {
        return project.to_owned();
    }
    let mut cut = project.get(..ROLE - 9).unwrap_or(project).trim_end_matches('-').to_owned();
    cut.push('-');
    cut.extend(Sha256::digest(project.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")));
    cut
}

/// The task family of an environment's migration.
pub fn migrate_family(stem: &str, environment: &str, name: Option<&str>) -> String {
    environment_project(stem, environment, &with_part("migrate", name))
}

/// The log group of the tasks of an environment's migration.
pub fn migrate_log_group(stem: &str, environment: &str, name: Option<&str>) -> String {
    let name = name.map(|name| format!("/{name}")).unwrap_or_default();
    format!("/branchline/{stem}/{environment}/migrate{name}")
}

/// That log group's resource in the stack.
pub fn migrate_log_resource(name: Option<&str>) -> String {
    // `Migrate…Log` would be taken by the project's own log of a migration that is called `task`.
    name.map_or_else(|| "MigrateTaskLog".to_owned(), |name| format!("TaskLog{}", camel(name)))
}

/// The repository of a service's images in one pipeline: `shop/api/release`. A slug has no slash and is behind the last
/// one, so two of these names are the same only where both parts are.
pub fn image_repository(service_repository: &str, slug: &str) -> String {
    format!("{service_repository}/{slug}")
}

/// The repository in which a pipeline keeps a service's layers for its next build. A pipeline's name has at most 53
/// characters, a service's 30; a repository's may have 256.
pub fn cache_repository(pipeline: &str, service: &str) -> String {
    format!("{pipeline}/{}", cache_in_folder(service))
}

/// The same inside the pipeline's folder, whose name the build gets as a variable.
pub fn cache_in_folder(service: &str) -> String {
    format!("{service}-cache")
}

/// The folder of the artifact bucket in which a project keeps files for its next run. No artifact's path begins with
/// `cache/`: it begins with the pipeline's name, and in that the app's stands before a `-`.
pub fn cache_folder(project: &str) -> String {
    format!("cache/{project}")
}

/// `nightly-report` → `NightlyReport`, for a resource's name in the stack, where only letters and digits may stand.
///
/// A capital stands for a hyphen and the letter behind it, and names have no capitals of their own; a digit has none,
/// so `web-1` gets a few digits of its digest to be told from `web1`.
pub fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len() + 4);
    let mut is_lossy = false;
    for word in name.split('-') {
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        is_lossy |= first.is_ascii_digit();
        camel.extend(first.to_uppercase());
        camel.push_str(letters.as_str());
    }
    if is_lossy {
        let digest = Sha256::digest(name.as_bytes());
        camel.extend(digest.iter().take(2).map(|byte| format!("{byte:02x}")));
    }
    camel
}

/// The variable that the build exports for a service's image: `IMAGE_API`.
pub fn image_variable(service: &str) -> String {
    format!("IMAGE_{}", service.replace('-', "_").to_uppercase())
}

/// The file that tells the ECS action which image a service's container gets.
pub fn image_definitions(service: &str) -> String {
    format!("imagedefinitions-{service}.json")
}

/// The same where the service has sidecars, whose images may be others in each environment. It begins like the file of
/// [`image_definitions`]; no service and no environment has a `.` in its name.
pub fn image_definitions_in(service: &str, environment: &str) -> String {
    format!("imagedefinitions-{service}.{environment}.json")
}

/// The pattern of both.
pub fn image_definitions_anywhere(service: &str) -> String {
    format!("imagedefinitions-{service}.*json")
}

/// The variable that tells the build the sidecars of an environment: `SIDECARS_DEV`.
pub fn sidecars_variable(environment: &str) -> String {
    format!("{SIDECARS}{}", environment.replace('-', "_").to_uppercase())
}

/// What such a variable's name begins with.
pub const SIDECARS: &str = "SIDECARS_";

/// The variable that tells the step before a deploy which images of sidecars it looks for.
pub const SIDECAR_IMAGES: &str = "SIDECAR_IMAGES";

/// The topic of a notification, by the notification's name. A topic's may have 256 characters.
pub fn topic(stem: &str, notification: &str) -> String {
    format!("{stem}-notify-{notification}")
}

/// A rule of EventBridge's: `shop-notify-team-failed`, and `shop-notify-team-failed-2`. A rule's may have 64 characters, and a
/// notification's has 20.
pub fn event_rule(stem: &str, notification: &str, what: &str, number: usize) -> String {
    let rule = format!("{}-{what}", topic(stem, notification));
    if number == 1 { rule } else { format!("{rule}-{number}") }
}

/// The source of the events about what an app has deployed. The event bus is the whole account's, and a role may put events of
/// its own app's source alone.
pub fn event_source(app: &str) -> String {
    format!("branchline.{app}")
}

/// The role of the channels of chats.
pub fn chat_role(stem: &str) -> String {
    format!("{stem}-chat")
}

/// Eight digits of a text's digest, where the text itself cannot be a name.
pub fn digits(text: &str) -> String {
    let mut digits = String::with_capacity(8);
    digits.extend(Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")));
    digits
}

/// The base stack, in each region.
pub fn base_stack(stem: &str) -> String {
    format!("{stem}-base")
}

/// An environment's stack.
pub fn environment_stack(stem: &str, environment: &str) -> String {
    format!("{stem}-environment-{environment}")
}

/// A pipeline's stack.
pub fn pipeline_stack(stem: &str, slug: &str) -> String {
    format!("{stem}-pipeline-{slug}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_whose_names_differ_have_resources_that_differ() {
        let names = ["web1", "web-1", "we-b1", "w-eb-1", "web", "we-b", "w-e-b"].map(camel);
        let mut distinct = names.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "{names:?}");
        assert_eq!(camel("nightly-report"), "NightlyReport");
    }

    #[test]
    fn a_role_of_a_project_with_a_long_name_is_cut_and_told_from_others() {
        let project = format!("{}-test-{}", "p".repeat(53), "s".repeat(29));
        let (one, other) = (project_role(&format!("{project}a")), project_role(&format!("{project}b")));
        assert!(one.len() <= ROLE && other.len() <= ROLE && one != other, "{one} {other}");
        assert_eq!(project_role("shop-release-build"), "shop-release-build");
    }

    #[test]
    fn the_role_of_a_branch_keeps_all_of_its_digits() {
        assert_eq!(branch_role("customer-0123456789-feature-jira-1"), "customer-0123456789-pipeline");
        assert_eq!(branch_role("shop-0123456789-feature-x"), "shop-0123456789-feat-pipeline");
    }
}
