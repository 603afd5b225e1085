//! The shell steps: Handlebars templates that become the commands of a buildspec.
//!
//! The templates stand in `templates/steps/`, readable by someone who knows no Rust. What differs between two runs
//! (a commit, an image) reaches the shell as an environment variable; what a configuration says (a path, a build
//! argument, the commands of a test) goes into the text, and only through the helpers of this module:
//!
//! - `{{sh a b …}}` writes its arguments, joined, as one single-quoted word of the shell;
//! - `{{identifier a}}` writes the name of a shell variable, and refuses what is none;
//! - `{{#given a}}…{{else}}…{{/given}}` is Handlebars' `if`, except that a name which the data lacks is an error:
//!   strict mode does not look inside the built-in `if`, so `{{#if a}}` is the same here.

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, Output, RenderContext, RenderError,
    RenderErrorReason, Renderable, TemplateError,
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::buildspec::Image;
use super::ejected::{self, Ejected};
use super::pieces;

mod table;

pub(super) use table::{
    BUILD, BUILD_POST, BUILD_PRE, COMPARE, DEPLOY_COMMANDS, DEPLOY_ECS_TASK, GUARD, KEEP, LOCK, MIGRATE,
    MIGRATE_IN_CHECKOUT, MIGRATE_IN_IMAGE, RECORD, SNAPSHOT, TEST_IN_IMAGE, VERIFY,
};
use table::{DOCKER_BUILD, STEPS, Step};

/// The steps by name, each with what it does.
pub fn listed() -> impl Iterator<Item = (&'static str, &'static str)> {
    STEPS.iter().map(|step| (step.name, step.purpose))
}

/// The text of a step as branchline has it; `None` where it has none of that name.
pub fn original(name: &str) -> Option<&'static str> {
    table::find(name).map(|step| step.text)
}

/// Where a step could not be written out, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The step's name.
    pub step: String,
    /// The line of its tag, from 1.
    pub line: usize,
    /// The column, in characters from 1.
    pub column: usize,
    /// What it asked for and the data lacks, where that is the reason.
    pub missing: Option<String>,
    /// What Handlebars says.
    pub reason: String,
}

impl StepsError {
    /// The place in a step, of a fault that has one.
    pub(super) fn misfit(&self) -> Option<Misfit> {
        let (name, source) = match self {
            StepsError::Template { .. } => return None,
            StepsError::Nothing { name } => {
                return Some(Misfit {
                    step: name.clone(),
                    line: 1,
                    column: 1,
                    missing: None,
                    reason: "with this configuration nothing is left of it but blanks and comments"
                        .to_owned(),
                });
            }
            StepsError::Render { name, source } => (name, source),
        };
        let missing = match source.reason() {
            RenderErrorReason::MissingVariable(path) => {
                Some(path.clone().unwrap_or_else(|| "a name".to_owned()))
            }
            _ => None,
        };
        Some(Misfit {
            step: source.template_name.clone().unwrap_or_else(|| name.clone()),
            line: source.line_no.unwrap_or(1),
            column: source.column_no.unwrap_or(1),
            missing,
            reason: source.reason().to_string(),
        })
    }
}

/// Why there are no shell steps.
#[derive(Debug, Error)]
pub enum StepsError {
    /// A template is not Handlebars.
    #[error("the template of the shell step {name} cannot be read: {source}")]
    Template {
        /// The template's name, which is its path below `templates/steps/`.
        name: &'static str,
        /// What Handlebars says, with the line.
        source: Box<TemplateError>,
    },
    /// Nothing is left of a template: the stage that it stands for would pass without a word.
    #[error("nothing is left of the shell step {name}")]
    Nothing {
        /// The template's name.
        name: String,
    },
    /// A template asks for something that the data lacks, or a helper refuses what it is given.
    #[error("the shell step {name} cannot be written: {source}")]
    Render {
        /// The template's name.
        name: String,
        /// What Handlebars says, with the line.
        source: Box<RenderError>,
    },
}

/// The templates, parsed once; rendering is then a walk over one of them.
pub struct Steps {
    handlebars: Handlebars<'static>,
}

impl Steps {
    /// Parses the templates.
    pub fn new() -> Result<Self, StepsError> {
        Steps::with(&[])
    }

    /// Parses the templates, with copies that stand in the place of ours. Copies of other names are passed over.
    pub fn with(copies: &[Ejected]) -> Result<Self, StepsError> {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(handlebars::no_escape);
        handlebars.register_helper("sh", Box::new(sh));
        handlebars.register_helper("identifier", Box::new(identifier));
        handlebars.register_helper("given", Box::new(Given));
        handlebars.register_helper("if", Box::new(Given));
        for &Step { name, text, .. } in STEPS {
            let template = pieces::read(name, text)
                .map_err(|source| StepsError::Template { name, source: Box::new(source) })?;
            handlebars.register_template(name, template);
        }
        for copy in copies {
            let Some(step) = table::find(&copy.name) else { continue };
            register(&mut handlebars, step.name, &copy.text)?;
        }
        Ok(Self { handlebars })
    }

    /// The SHA-256 of the command that builds an image, as hexadecimal digits: two images with one digest are built alike,
    /// but for the values of variables and what their files say.
    pub(super) fn digest_of_build(&self, image: &Image) -> Result<String, StepsError> {
        if !image.reusable {
            return Ok(String::new());
        }
        let command = self.render(DOCKER_BUILD, &image.recipe)?;
        let mut digits = String::new();
        digits.extend(Sha256::digest(command).iter().map(|byte| format!("{byte:02x}")));
        Ok(digits)
    }

    /// The shell step of a template, ending in one newline.
    pub(super) fn render(&self, name: &str, data: &impl Serialize) -> Result<String, StepsError> {
        let text = self
            .handlebars
            .render(name, data)
            .map_err(|source| StepsError::Render { name: name.to_owned(), source: Box::new(source) })?;
        if ejected::is_blank(&text) {
            return Err(StepsError::Nothing { name: name.to_owned() });
        }
        Ok(text)
    }
}

fn register(handlebars: &mut Handlebars, name: &'static str, text: &str) -> Result<(), StepsError> {
    let read = handlebars.register_template_string(name, text);
    read.map_err(|source| StepsError::Template { name, source: Box::new(source) })
}

/// A text as one word of a POSIX shell: nothing in it is expanded, whatever it is.
///
/// Single quotes keep every character but the single quote itself, which is written outside of them. A NUL cannot
/// be an argument of any program and does not survive.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\0', "").replace('\'', r"'\''"))
}

/// The helper's arguments as text; one that the data lacks is an error, which strict mode leaves to the helper.
pub(super) fn arguments(helper: &Helper) -> Result<String, RenderErrorReason> {
    let mut text = String::new();
    for param in helper.params() {
        if param.is_value_missing() {
            let path = param.relative_path().cloned();
            return Err(RenderErrorReason::MissingVariable(path));
        }
        text.push_str(&param.value().render());
    }
    Ok(text)
}

fn sh(
    helper: &Helper,
    _: &Handlebars,
    _: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    out.write(&quote(&arguments(helper)?))?;
    Ok(())
}

fn identifier(
    helper: &Helper,
    _: &Handlebars,
    _: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    let name = arguments(helper)?;
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !starts_well || !name.chars().all(|other| other.is_ascii_alphanumeric() || other == '_') {
        let message = format!("\"{name}\" is not the name of a shell variable (letters, digits and _)");
        return Err(RenderErrorReason::Other(message).into());
    }
    out.write(&name)?;
    Ok(())
}

/// `{{#given}}`: the block where there is a value, `{{else}}` where it is null, false or empty.
struct Given;

impl HelperDef for Given {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        render_context: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let param = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("given", 0))?;
        if param.is_value_missing() {
            return Err(RenderErrorReason::MissingVariable(param.relative_path().cloned()).into());
        }
        let value = param.value();
        let absent = value.is_null()
            || value.as_bool() == Some(false)
            || value.as_str().is_some_and(str::is_empty)
            || value.as_array().is_some_and(Vec::is_empty);
        let block = if absent { helper.inverse() } else { helper.template() };
        block.map_or(Ok(()), |block| block.render(registry, context, render_context, out))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::process::Command;

    use proptest::prelude::*;
    use serde_json::json;

    use super::table::Step;
    use super::*;

    fn render(template: &str, data: &serde_json::Value) -> Result<String, StepsError> {
        let mut steps = Steps::new()?;
        steps
            .handlebars
            .register_template_string("test", template)
            .map_err(|source| StepsError::Template { name: "test", source: Box::new(source) })?;
        steps.render("test", data)
    }

    #[test]
    fn quoted_text_reaches_a_program_unchanged() {
        let evil = "$(touch x) `touch x` \"a\" 'b' \\ $HOME *\n; rm -rf ~ \u{e9}\u{1f600}\r\n!";
        let script = format!("printf %s {}", quote(evil));
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), evil);
    }

    proptest! {
        #[test]
        fn quoting_leaves_no_quote_open(text in any::<String>()) {
            // Inside single quotes nothing is special; outside stands only an escaped quote.
            let quoted = quote(&text);
            let inner = quoted.split(r"'\''").collect::<Vec<_>>().join("Q");
            prop_assert!(inner.starts_with('\'') && inner.ends_with('\'') && inner.len() >= 2);
            prop_assert!(!inner[1..inner.len() - 1].contains('\''));
        }
    }

    #[test]
    fn the_quoting_helper_joins_its_arguments_into_one_word() {
        let text = render("{{sh \"id=\" name \",env=\" name}}", &json!({"name": "it's"})).unwrap();
        assert_eq!(text, r"'id=it'\''s,env=it'\''s'");
    }

    #[test]
    fn a_name_that_the_data_lacks_is_an_error_everywhere() {
        for template in [
            "{{nothing}}",
            "{{sh nothing}}",
            "{{sh \"a\" nothing}}",
            "{{identifier nothing}}",
            "{{#given nothing}}a{{/given}}",
            "{{#if nothing}}a{{/if}}",
            "{{#each list}}{{#if nothing}}a{{/if}}{{/each}}",
            "{{#each nothing}}a{{/each}}",
            "{{#each list}}{{sh this.nothing}}{{/each}}",
        ] {
            let rendered = render(template, &json!({"list": [{"name": "a"}]}));
            assert!(matches!(rendered, Err(StepsError::Render { .. })), "{template} gave {rendered:?}");
        }
    }

    #[test]
    fn every_step_comes_to_the_same_in_pieces() {
        for Step { name, text, .. } in STEPS {
            assert!(pieces::is_read_alike(text), "{name}");
        }
    }

    #[test]
    fn what_is_null_or_empty_is_not_given() {
        let template = "{{#given a}}yes{{else}}no{{/given}}";
        for absent in [json!(null), json!(false), json!(""), json!([])] {
            assert_eq!(render(template, &json!({"a": absent})).unwrap(), "no");
        }
        for present in [json!("x"), json!(["x"]), json!({"x": 1}), json!(0)] {
            assert_eq!(render(template, &json!({"a": present})).unwrap(), "yes");
        }
    }

    #[test]
    fn a_variable_name_that_is_none_is_refused() {
        assert_eq!(render("{{identifier a}}", &json!({"a": "IMAGE_API2"})).unwrap(), "IMAGE_API2");
        for name in ["", "2A", "A-B", "A B", "A=$(touch x)", "É"] {
            let error = render("{{identifier a}}", &json!({"a": name})).unwrap_err();
            assert!(error.to_string().contains("not the name of a shell variable"), "{error}");
        }
    }

    #[test]
    fn no_two_steps_have_one_name() {
        let names: BTreeSet<&str> = listed().map(|(name, _)| name).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn data_enters_the_templates_through_quoting_helpers_alone() {
        for Step { name, text, .. } in STEPS {
            for tag in text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
                let word = tag.split_whitespace().next().unwrap_or_default();
                let allowed =
                    ["sh", "identifier", "#given", "/given", "#if", "/if", "#each", "/each", "else", ">"];
                assert!(allowed.contains(&word), "{name} writes {{{{{tag}}}}} unquoted");
            }
        }
    }
}
