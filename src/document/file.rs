//! One generated file: rendered, sealed, ready to be compared with what is there.

use serde::Serialize;

use super::digest;
use super::draft::Draft;
use super::read_back::{self, Blocks, ReadBackError, Says, Shared};
use super::steps::{Misfit, StepsError};
use super::yaml::{Laid, write_yaml};

/// Stands in the header of a file that is not as branchline alone would make it.
const PATCHED: &str = "Patched: this is what the `overrides` of branchline.yml have left of it.";

/// A file that should be there.
#[derive(Clone)]
pub struct File<'a> {
    /// Its path below the output folder, with `/`: `shop-develop/pipeline.yml`.
    pub path: String,
    /// Its whole text, ending in a newline, with its digest in it.
    pub text: String,
    /// What the text must say to another parser.
    says: Says<'a>,
}

/// A value could not be written as a file. The fault is branchline's: every configuration that passed can be written.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` cannot be rendered: {reason}")]
pub struct RenderError {
    /// The file's path below the output folder.
    pub path: String,
    /// What the writer said.
    pub reason: String,
    /// The place in a shell step, where one could not be written.
    pub misfit: Option<Box<Misfit>>,
}

impl<'a> File<'a> {
    /// A sealed YAML file: a template. The value is kept until it is known whether the text needs to be read back.
    pub fn yaml(
        path: impl Into<String>,
        value: impl Serialize + Send + Sync + 'a,
    ) -> Result<Self, RenderError> {
        File::yaml_draft(path, value, &Laid::default())?.sealed()
    }

    /// The same, not sealed yet, in less time where texts of the value were laid out.
    pub(super) fn yaml_draft(
        path: impl Into<String>,
        value: impl Serialize + Send + Sync + 'a,
        laid: &Laid,
    ) -> Result<Draft<'a>, RenderError> {
        let path = path.into();
        let mut text = begun(&path);
        write_yaml(&mut text, &value, laid).map_err(|error| failed(&path, &error))?;
        Ok(Draft::of(File { path, text, says: Says::yaml(move || serde_json::to_value(&value)) }))
    }

    /// A YAML file whose value an override has changed; its header says so. It is not sealed yet.
    pub(super) fn patched_draft(
        path: impl Into<String>,
        value: serde_json::Value,
    ) -> Result<Draft<'a>, RenderError> {
        let path = path.into();
        let mut text = begun(&path);
        text.extend(["# ", PATCHED, "\n"]);
        write_yaml(&mut text, &value, &Laid::default()).map_err(|error| failed(&path, &error))?;
        Ok(Draft::of(File { path, text, says: Says::yaml(move || Ok(value.clone())) }))
    }

    /// A file whose text is that of others too, sealed already: a buildspec.
    pub fn shared(path: impl Into<String>, shared: &'a Shared) -> Self {
        File { path: path.into(), text: shared.text.clone(), says: Says::Shared(shared) }
    }

    /// A sealed JSON file, of two spaces a level. Among the value's `tags` is one for the digest, with an empty value;
    /// see [`digest::seal`].
    pub fn json(
        path: impl Into<String>,
        value: impl Serialize + Send + Sync + 'a,
    ) -> Result<Self, RenderError> {
        File::json_draft(path, value)?.sealed()
    }

    /// The same, not sealed yet.
    pub(super) fn json_draft(
        path: impl Into<String>,
        value: impl Serialize + Send + Sync + 'a,
    ) -> Result<Draft<'a>, RenderError> {
        let path = path.into();
        let mut bytes = begun(&path).into_bytes();
        serde_json::to_writer_pretty(&mut bytes, &value).map_err(|error| failed(&path, &error))?;
        bytes.push(b'\n');
        let text = String::from_utf8(bytes).map_err(|error| failed(&path, &error))?;
        Ok(Draft::of(File { path, text, says: Says::json(move || serde_json::to_value(&value)) }))
    }

    /// A sealed Markdown file. The text ends in a newline.
    pub fn markdown(path: impl Into<String>, text: &str) -> Result<Self, RenderError> {
        File::markdown_draft(path, text).sealed()
    }

    /// The same, not sealed yet.
    pub(super) fn markdown_draft(path: impl Into<String>, text: &str) -> Draft<'a> {
        let path = path.into();
        let mut whole = begun(&path);
        whole.push_str(text);
        Draft::of(File { path, text: whole, says: Says::Prose })
    }

    /// Reads the text with another parser and compares; see [`read_back`]. The blocks are those that many of the files have.
    pub fn read_back(&self, blocks: &Blocks) -> Result<(), ReadBackError> {
        read_back::read_back(&self.path, &self.text, &self.says, blocks)
    }
}

impl RenderError {
    /// What became of the file at a path.
    pub(super) fn of(path: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        let misfit = error.downcast_ref::<StepsError>().and_then(StepsError::misfit).map(Box::new);
        RenderError { path: path.to_owned(), reason: error.to_string(), misfit }
    }
}

/// The beginning of a file's text, with room for most: pieces of memory of one size serve one file after another.
fn begun(path: &str) -> String {
    let mut text = String::with_capacity(96 * 1024);
    digest::begin(path, &mut text);
    text
}

fn failed(path: &str, error: &(dyn std::error::Error + 'static)) -> RenderError {
    RenderError::of(path, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::digest::tests::with_tag;
    use crate::document::digest::{Sealed, inspect};
    use serde_json::json;

    #[test]
    fn each_kind_of_file_is_sealed_and_reads_back() {
        let value = json!({ "Version": "2012-10-17", "Steps": ["set -e\necho 1\n"] });
        let mut tagged = value.clone();
        with_tag(&mut tagged);
        for file in [
            File::yaml("shop-develop/pipeline.yml", value.clone()).unwrap(),
            File::json("shop-develop/pipeline.json", tagged).unwrap(),
            File::markdown("README.md", "# Pipelines\n").unwrap(),
        ] {
            assert_eq!(inspect(&file.path, &file.text), Sealed::Intact, "{}", file.text);
            assert!(file.text.ends_with('\n'), "{}", file.text);
            file.read_back(&Blocks::default()).unwrap();
        }
    }

    #[test]
    fn a_file_that_says_something_else_does_not_read_back() {
        let mut file = File::yaml("base.yml", json!({ "Version": "2012-10-17" })).unwrap();
        file.text = file.text.replace("\"2012-10-17\"", "17");
        assert_eq!(
            file.read_back(&Blocks::default()).unwrap_err().to_string(),
            "`base.yml` reads back differently at `Version`"
        );
    }

    #[test]
    fn json_that_cannot_carry_a_tag_is_refused() {
        let error = File::json("p/pipeline.json", json!([1])).err().unwrap();
        assert!(
            error.to_string().starts_with("`p/pipeline.json` cannot be rendered: it has no tag"),
            "{error}"
        );
    }
}
