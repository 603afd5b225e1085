//! Handlebars templates of ours, read a piece at a time.
//!
//! Handlebars goes through plain text letter by letter, and for each tag counts the lines from the template's beginning on. Read
//! as a whole, the templates took a third of the time of `check`. So what has no tag is not read, and a tag outside of blocks is
//! read by itself. It comes to the same template, but that lines in an error count from the beginning of the piece.

use handlebars::template::TemplateElement;
use handlebars::{Template, TemplateError};

/// A template by its name, which is told in errors. No tag of it goes over a line's end, and none takes away blanks of other
/// lines (`{{~`): a test promises that none of ours does.
pub(super) fn read(name: &str, text: &str) -> Result<Template, TemplateError> {
    let mut whole = Template::new();
    whole.name = Some(name.to_owned());
    for piece in pieces(text) {
        let read = if piece.contains("{{") {
            Template::compile_with_name(piece, name.to_owned())?
        } else {
            // For its mapping, of which there is one for each element.
            let mut plain = Template::compile("-")?;
            plain.elements = vec![TemplateElement::RawString(piece.to_owned())];
            plain
        };
        whole.elements.extend(read.elements);
        whole.mapping.extend(read.mapping);
    }
    Ok(whole)
}

/// The text in whole lines: plain ones together, one with tags alone, or all that a block stands on.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut end, mut open) = (0, 0, 0);
    for line in text.split_inclusive('\n') {
        let has_tags = line.contains("{{");
        if has_tags && open == 0 && start < end {
            pieces.push(&text[start..end]);
            start = end;
        }
        end += line.len();
        open += line.matches("{{#").count();
        open = open.saturating_sub(line.matches("{{/").count());
        if has_tags && open == 0 {
            pieces.push(&text[start..end]);
            start = end;
        }
    }
    if start < text.len() {
        pieces.push(&text[start..]);
    }
    pieces
}

/// Whether a template comes to the same in pieces, however its plain text is cut.
#[cfg(test)]
pub(super) fn is_read_alike(text: &str) -> bool {
    let joined = |template: &Template| {
        let mut elements: Vec<TemplateElement> = Vec::new();
        for element in &template.elements {
            match (elements.last_mut(), element) {
                (Some(TemplateElement::RawString(before)), TemplateElement::RawString(more)) => {
                    *before += more;
                }
                (_, TemplateElement::RawString(text)) if text.is_empty() => {}
                _ => elements.push(element.clone()),
            }
        }
        // The lines of what stands inside of blocks are not the same.
        let lines = regex_lite::Regex::new(r"mapping: \[[^\]]*\]").expect("a pattern");
        lines.replace_all(&format!("{elements:?}"), "").into_owned()
    };
    match (read("a", text), Template::compile(text)) {
        (Ok(ours), Ok(whole)) => ours.elements.len() == ours.mapping.len() && joined(&ours) == joined(&whole),
        (Err(_), Err(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_tags_and_blocks_are_pieces_of_their_own() {
        let text = "a\nb\n{{> c}}\n{{#if d}}\ne\n{{#each f}}g{{/each}}\n{{/if}}\nh\ni";
        assert_eq!(
            pieces(text),
            ["a\nb\n", "{{> c}}\n", "{{#if d}}\ne\n{{#each f}}g{{/each}}\n{{/if}}\n", "h\ni"]
        );
    }

    #[test]
    fn a_template_comes_to_the_same_in_pieces() {
        for text in [
            "",
            "\n",
            "a",
            "a{{sh b}}",
            "{{> x}}\n\n a\n",
            "  {{> x}}\n\n{{> y}}",
            "{{#if a}}\n b\n{{/if}}\nc\n\nd",
            "a {{#if a}} b\n{{else}}\n{{#if c}}d{{/if}}\n\n {{/if}}\n {{e}}\n\n",
            "a }} b\nc",
            "{{#if a}}\nb\n",
            "a\n\n{{#if a}}\nb{{c}}\n{{/if}}\n",
        ] {
            assert!(is_read_alike(text), "{text:?}");
        }
    }

    #[test]
    fn a_template_that_comes_to_something_else_is_noticed() {
        assert!(!is_read_alike("a\n\n{{~> x}}\n"));
    }
}
