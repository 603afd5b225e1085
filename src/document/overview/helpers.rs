//! What the overview's templates say of a text that comes from outside: as code, and inside of a diagram.

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext};

use crate::document::steps::arguments;

/// `{{code text}}`: the text as Markdown code in a table cell.
pub(super) fn code(
    helper: &Helper,
    _: &Handlebars,
    _: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    let text = arguments(helper)?;
    // A name with a backtick in it is fenced by two.
    let fence = if text.contains('`') { "``" } else { "`" };
    out.write(&format!("{fence}{}{fence}", text.replace('|', "\\|")))?;
    Ok(())
}

/// `{{mermaid text}}`: the text inside a quoted label; what is not plain becomes a numeric entity.
pub(super) fn mermaid(
    helper: &Helper,
    _: &Handlebars,
    _: &Context,
    _: &mut RenderContext,
    out: &mut dyn Output,
) -> HelperResult {
    for letter in arguments(helper)?.chars() {
        if letter.is_ascii_alphanumeric() || " ./_-*".contains(letter) {
            out.write(letter.encode_utf8(&mut [0; 4]))?;
        } else {
            out.write(&format!("#{};", u32::from(letter)))?;
        }
    }
    Ok(())
}
