//! How a pipeline of Copilot's is found in AWS: as it was looked up, or by a stack that carries the tags of this app, and never by a
//! name alone, since `pipeline-shop-web-main` may be the pipeline `main` of another app, `shop-web`.

use super::super::super::looked_up::Running;
use super::super::pick::Picked;
use super::super::pipeline::Provider;
use super::{Draft, quote};

/// A pipeline of Copilot's that a rule takes over.
pub(super) struct Old {
    pub name: String,
    /// The command that finds its stack, into `STACK`; `None` where no stack can have this name.
    pub stack: Option<String>,
    /// What AWS said of it.
    running: Option<Running>,
    /// Its files, from the root of the repository.
    pub files: Vec<String>,
    /// The secret with its token.
    pub token: Option<String>,
}

impl Old {
    /// The command that finds the pipeline's name, into `OLD`, behind the one for its stack.
    pub(super) fn found(&self) -> Option<Vec<String>> {
        if let Some(running) = &self.running {
            return Some(vec![format!("OLD={}", quote(&running.pipeline))]);
        }
        let ask = "OLD=$(aws cloudformation describe-stack-resource --stack-name \"${STACK:?no such stack of this app}\" \
                   --logical-resource-id Pipeline --query StackResourceDetail.PhysicalResourceId --output text)";
        self.stack.as_ref().map(|stack| vec![stack.clone(), ask.to_owned()])
    }
}

/// The pipelines that a rule takes over, each name once.
pub(super) fn all<'p>(app: &str, draft: &Draft, taken: impl Iterator<Item = &'p Picked>) -> Vec<Old> {
    let mut old: Vec<Old> = Vec::new();
    for picked in taken {
        let name = &picked.manifest.name.value;
        let at = old.iter().position(|one| one.name == *name);
        let at = at.unwrap_or_else(|| {
            let known = draft.looked_up.iter().flat_map(|known| &known.pipelines);
            let running = known.into_iter().find(|one| one.name == *name).cloned();
            let stack = match &running {
                Some(running) => Some(format!("STACK={}", quote(&running.stack))),
                None => by_tags(app, name),
            };
            old.push(Old { name: name.clone(), stack, running, files: Vec::new(), token: None });
            old.len() - 1
        });
        let Some(one) = old.get_mut(at) else { continue };
        if !one.files.contains(&picked.copy.path) {
            one.files.push(picked.copy.path.clone());
        }
        if let Provider::GitHubToken(secret) = &picked.manifest.source.provider {
            one.token = Some(secret.clone());
        }
    }
    old
}

/// The stack by either name that Copilot gives, if its tags are those of this app and pipeline. An older one has the app's alone.
fn by_tags(app: &str, name: &str) -> Option<String> {
    let stack = format!("pipeline-{app}-{name}");
    if !is_stack(&stack) || !is_stack(name) {
        return None;
    }
    let query = format!(
        "Stacks[?Tags[?Key==`\"copilot-application\"` && Value==`\"{app}\"`] && (Tags[?Key==`\"copilot-pipeline\"` && \
         Value==`\"{name}\"`] || (StackName==`\"{name}\"` && !(Tags[?Key==`\"copilot-pipeline\"` || \
         Key==`\"copilot-environment\"` || Key==`\"copilot-task\"`])))].StackName"
    );
    Some(format!(
        "STACK=$(for NAME in {stack} {name}; do aws cloudformation describe-stacks --stack-name \"$NAME\" --query {} --output text || \
         true; done)",
        quote(&query)
    ))
}

/// Whether CloudFormation takes this as a stack's name (CloudFormation API reference, `CreateStack`).
fn is_stack(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.len() <= 128
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
}
