//! What is wrong with the shell of a copy, as far as that can be decided for sure without running it.
//!
//! What a step does is its owner's. A step that does nothing, that no shell reads, or that goes on behind a failure is none that
//! anybody meant, and the stage that it stands for would pass without a word.

use super::{Ejected, first_line, quotes, tags};
use crate::diagnostic::{Finding, Span, shown};

/// What is wrong with it: codes `BL306` to `BL309`.
pub(super) fn judge(ejected: &Ejected, original: &str) -> Vec<Finding> {
    if does_nothing(ejected) {
        return vec![nothing(ejected)];
    }
    let mut findings: Vec<Finding> = control_character(&ejected.text).into_iter().collect();
    let found = quotes::of(&ejected.text, tags(&ejected.text));
    findings.extend(found.open.map(open));
    findings.extend(found.unended.map(unended));
    findings.extend(found.nested.into_iter().map(nested));
    findings.extend(goes_on(ejected, original));
    findings
}

/// Whether a text of the shell holds nothing but blanks and comments.
pub(in crate::document) fn is_blank(text: &str) -> bool {
    text.lines().map(str::trim_start).all(|line| line.is_empty() || line.starts_with('#'))
}

/// Whether nothing is left without the tags that write nothing.
fn does_nothing(ejected: &Ejected) -> bool {
    let text = &ejected.text;
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for (place, tag) in tags(text) {
        let word = tag.split_whitespace().next().unwrap_or_default();
        rest.push_str(&text[from..place.start]);
        if !word.starts_with(['!', '#', '/']) && word != "else" {
            rest.push_str("word");
        }
        from = place.end;
    }
    rest.push_str(&text[from..]);
    is_blank(&rest)
}

fn nothing(ejected: &Ejected) -> Finding {
    let name = &ejected.name;
    Finding::error("BL306", first_line(&ejected.text), format!("the step `{name}` does nothing"))
        .because("it holds nothing but blanks and comments, so what it stands for would be passed by without a word")
        .help(format!(
            "take the file away to have the original again, which `branchline templates show {name}` prints; where nothing is \
             to be done, write `true`"
        ))
}

/// The first character that no line of the shell has.
fn control_character(text: &str) -> Option<Finding> {
    let is_refused =
        |letter: char| letter.is_control() && !"\n\t".contains(letter) || is_bidirectional(letter);
    let (start, letter) = text.char_indices().find(|(_, letter)| is_refused(*letter))?;
    let place = Span { start, end: start + letter.len_utf8() };
    Some(if letter == '\r' {
        Finding::error("BL307", place, "the lines of this step end as on Windows")
            .because("to a shell the carriage return is a part of the last word, so that `set -e` and whatever ends a line is another")
            .help("save the file with line feeds alone, and write `*.sh.hbs text eol=lf` into .gitattributes")
    } else if is_bidirectional(letter) {
        Finding::error("BL307", place, format!("U+{:04X} stands in this step", u32::from(letter)))
            .because("it turns the direction of what is shown, so that people read another order of words than the shell runs")
            .help("take it out")
    } else {
        Finding::error("BL307", place, format!("{} stands in this step", shown(&letter.to_string())))
            .because("it is no character of a shell's text, and what is behind a NUL is read by nobody")
            .help("take it out")
    })
}

/// Whether a character changes in which direction others are shown (Unicode, UAX #9, "Directional Formatting Characters").
fn is_bidirectional(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn open(place: Span) -> Finding {
    Finding::error("BL307", place, "this quote is not closed")
        .because(
            "the shell looks for its end up to the end of the step, and runs nothing of what is behind it",
        )
        .help("close it, or write a backslash before it where it is a letter")
}

fn unended(place: Span) -> Finding {
    Finding::error("BL307", place, "this here document never ends")
        .because("no line is this word alone, so all that is behind it is text for the command and no step of its own")
        .help("write the word on a line of its own where the text ends, with nothing before or behind it")
}

fn nested(place: Span) -> Finding {
    Finding::warning("BL309", place, "this value is quoted inside of quotes")
        .because("`sh` writes quotes of its own: inside of others they protect nothing, so a `$(…)` of the value would be run")
        .help("end the quotes before it, as in `\"a \"{{sh b}}`, or let `sh` join all of the word: `{{sh \"a \" b}}`")
}

/// A copy that does not end at the first failure, where the original does.
fn goes_on(ejected: &Ejected, original: &str) -> Option<Finding> {
    let missing: Vec<&str> = ["errexit", "pipefail"]
        .into_iter()
        .filter(|option| sets(original, option) && !sets(&ejected.text, option))
        .collect();
    let told = match missing.as_slice() {
        [] => return None,
        ["pipefail"] => "a command before a `|` that fails does not end this step",
        _ => "a command that fails does not end this step",
    };
    Some(
        Finding::warning("BL308", first_line(&ejected.text), told)
            .because("the original says `set -euo pipefail`; without it the stage goes well although something in it has failed")
            .help("begin the step with `set -euo pipefail`"),
    )
}

/// Whether a line sets an option of the shell: `set -euo pipefail`, `set -o errexit`.
fn sets(text: &str, option: &str) -> bool {
    let letter = option.starts_with("errexit").then_some('e');
    text.lines().filter_map(|line| line.trim().strip_prefix("set ")).any(|words| {
        let mut is_name = false;
        words.split_whitespace().any(|word| {
            if std::mem::take(&mut is_name) {
                return word == option;
            }
            let Some(letters) = word.strip_prefix('-') else { return false };
            is_name = letters.ends_with('o');
            letter.is_some_and(|letter| letters.contains(letter))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{control_character, sets};

    #[test]
    fn what_turns_the_direction_of_a_text_is_refused_and_letters_of_any_script_are_not() {
        for letter in ['\u{202E}', '\u{2066}', '\u{200F}', '\u{061C}'] {
            let text = format!("echo a{letter}b\n");
            let finding = control_character(&text).unwrap_or_else(|| panic!("{text:?}"));
            let shown = format!("U+{:04X} stands in this step", u32::from(letter));
            assert_eq!((finding.code, finding.message), ("BL307", shown));
        }
        assert_eq!(control_character("echo 'שלום é 日本'\n"), None);
    }

    #[test]
    fn options_are_found_however_they_are_set() {
        for (text, errexit, pipefail) in [
            ("set -euo pipefail\n", true, true),
            ("set -e\nset -o pipefail\n", true, true),
            ("set -o errexit -o pipefail", true, true),
            ("set -eu", true, false),
            ("set +e", false, false),
            ("# set -euo pipefail", false, false),
            ("set -uo pipefail", false, true),
        ] {
            assert_eq!((sets(text, "errexit"), sets(text, "pipefail")), (errexit, pipefail), "{text}");
        }
    }
}
