//! Shell steps that a repository keeps copies of, in place of branchline's own: how a copy begins, and what is wrong with one.
//!
//! A copy is held to what ours are held to: it is Handlebars, asks for nothing that the data lacks, and data enters it through
//! the quoting helpers alone. What can be seen in its text is judged here; the rest shows when it is written out.

mod quotes;
mod shell;

use handlebars::{Template, TemplateErrorReason};
use sha2::{Digest as _, Sha256};

pub(super) use shell::is_blank;

use super::steps::{self, Misfit};
use crate::diagnostic::{Finding, Span, shown};

/// A copy of a step, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ejected {
    /// Its path below the folder of the copies without `.sh.hbs`; of a step that branchline has, its name: `build/build`.
    pub name: String,
    /// Its path as it is shown.
    pub shown: String,
    /// Its text.
    pub text: String,
}

/// What stands before the digest of the original, in the first line of a copy.
const HEADER: &str = "{{!-- A copy of branchline's step; original sha256: ";

/// What stands behind it.
const END: &str = " --}}";

/// What a tag of a step may begin with.
const WORDS: [&str; 11] =
    ["sh", "identifier", "#given", "/given", "#if", "/if", "#each", "/each", "else", ">", "!--"];

/// The text of a copy: the original behind a line that says what it was made from. `None` where no step has the name.
pub fn copy(name: &str) -> Option<String> {
    let text = steps::original(name)?;
    Some(format!("{HEADER}{}{END}\n{text}", digest(text)))
}

/// Whether a copy says something else than the original, so that what is told of the step is told of another.
pub fn is_changed(ejected: &Ejected) -> bool {
    let text = &ejected.text;
    let below = text
        .split_once('\n')
        .filter(|(first, _)| first.starts_with(HEADER))
        .map_or(text.as_str(), |(_, below)| below);
    steps::original(&ejected.name).is_some_and(|original| original != below)
}

fn digest(text: &str) -> String {
    let mut digits = String::new();
    digits.extend(Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")));
    digits
}

/// What is wrong with a copy, as far as its text alone shows it.
pub fn judge(ejected: &Ejected) -> Vec<Finding> {
    let Some(original) = steps::original(&ejected.name) else {
        let finding = Finding::error(
            "BL305",
            first_line(&ejected.text),
            format!("there is no step {}", shown(&ejected.name)),
        )
        .because("it would be read by nobody")
        .help("`branchline templates list` has the names; take the file away, or give it the name of a step");
        return vec![finding];
    };
    let mut findings = Vec::new();
    findings.extend(older(ejected, original));
    if let Err(error) = Template::compile(&ejected.text) {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let place = tag_at(&ejected.text, line, column);
        findings.push(
            Finding::error("BL301", place, "this template cannot be read")
                .because(reason(error.reason()))
                .help("close every tag and every block; `branchline templates show` prints the original"),
        );
    } else {
        findings.extend(tags(&ejected.text).filter_map(|(place, tag)| unquoted(place, tag)));
        findings.extend(shell::judge(ejected, original));
    }
    findings
}

/// What Handlebars says of a text that it cannot read. Of what it takes for no Handlebars at all, it lists its own grammar.
fn reason(reason: &TemplateErrorReason) -> String {
    match reason {
        TemplateErrorReason::InvalidSyntax(_) => {
            "here, or before it, a tag or a block is not closed, or is none".to_owned()
        }
        other => other.to_string(),
    }
}

/// What became of a copy when it was written out.
pub fn misfit(ejected: &Ejected, misfit: &Misfit) -> Finding {
    let place = tag_at(&ejected.text, misfit.line, misfit.column);
    match &misfit.missing {
        Some(name) => Finding::error("BL302", place, format!("there is no {} for this step", shown(name)))
            .because("nothing of the configuration has this name here")
            .help(format!(
                "`branchline templates show {}` prints the original with the names that there are",
                ejected.name
            )),
        None => Finding::error("BL303", place, "this step cannot be written")
            .because(misfit.reason.clone())
            .help(format!("`branchline templates show {}` prints the original", ejected.name)),
    }
}

/// A copy whose original has changed since.
fn older(ejected: &Ejected, original: &str) -> Option<Finding> {
    let line = ejected.text.lines().next()?;
    let made_from = line.strip_prefix(HEADER)?.strip_suffix(END)?;
    (made_from != digest(original)).then(|| {
        Finding::warning("BL304", first_line(&ejected.text), format!("the step `{}` has changed since it was copied", ejected.name))
            .because("the copy was made from another version of it, and has none of what was changed")
            .help(format!(
                "compare it with `branchline templates show {}`, take over what it lacks, and write `{}` into its first line",
                ejected.name,
                digest(original)
            ))
    })
}

/// A tag that no helper begins.
fn unquoted(place: Span, tag: &str) -> Option<Finding> {
    let word = tag.split_whitespace().next().unwrap_or_default();
    if WORDS.contains(&word) || word.starts_with('!') {
        return None;
    }
    let is_call = word.starts_with(['#', '/', '&', '{', '^', '*']) || tag.split_whitespace().nth(1).is_some();
    let (message, reason) = if is_call {
        (
            format!("there is no helper {}", shown(word)),
            "a step has `sh`, `identifier`, `#given`, `#if`, `#each` and `>`",
        )
    } else {
        (
            format!("{} would stand in the shell as it is", shown(word)),
            "a value of the configuration is a word of the shell only when it is quoted",
        )
    };
    Some(
        Finding::error("BL303", place, message)
            .because(reason)
            .help("write `{{sh name}}` for a quoted word, `{{identifier name}}` for the name of a variable"),
    )
}

/// The tags of a text, each with its place and what stands between its braces. Comments are one tag, whatever they hold;
/// braces behind a backslash are none.
fn tags(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let mut start = from + text[from..].find("{{")?;
        while text[..start].ends_with('\\') {
            start += 2 + text[start + 2..].find("{{")?;
        }
        let closing = if text[start..].starts_with("{{!--") { "--}}" } else { "}}" };
        let end = start + text[start..].find(closing)?;
        from = end + closing.len();
        Some((Span { start, end: from }, text[start + 2..end].trim_matches('~')))
    })
}

/// The tag at a line and a column, both from 1; up to the line's end where none ends before.
fn tag_at(text: &str, line: usize, column: usize) -> Span {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default().lines().next().unwrap_or_default();
    let skipped: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    let end = rest[skipped..].find("}}").map_or(rest.len(), |at| skipped + at + 2);
    Span { start: before + skipped, end: before + end }
}

fn first_line(text: &str) -> Span {
    Span { start: 0, end: text.lines().next().map_or(0, str::len) }
}
