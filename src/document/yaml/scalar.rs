//! Text as a YAML scalar that readers of YAML 1.1 and 1.2 take for the same text.

use std::fmt::Write;

/// Writes the text: as it stands when no reader could take it for anything else, as a literal block when it has lines,
/// in double quotes otherwise. A block's lines stand `indent` columns in. Ends in a newline.
pub(super) fn write_value(out: &mut String, text: &str, indent: usize) {
    if is_plain(text) {
        out.push_str(text);
        out.push('\n');
    } else if text.contains('\n') && fits_a_block(text) {
        block(out, text, indent);
    } else {
        quoted(out, text);
        out.push('\n');
    }
}

/// Writes the text as a key.
pub(super) fn write_key(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Words that YAML 1.1 reads as true, false or nothing.
const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Whether no reader could take the unquoted text for anything but this text.
///
/// Narrower than YAML: it begins with a letter, `_`, `/` or `$`, so it is no number, no date and no sign of YAML's own;
/// it goes on in printable ASCII; and it has no `: ` and no ` #`, which would end it.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((&first, &last)) = bytes.first().zip(bytes.last()) else { return false };
    if !(first.is_ascii_alphabetic() || matches!(first, b'_' | b'/' | b'$')) || matches!(last, b':' | b' ') {
        return false;
    }
    // Most are words: without a blank nothing ends them. A text of many lines shows itself by its first; otherwise many bytes are
    // judged at once.
    let all =
        |bytes: &[u8], least: u8| bytes.iter().fold(true, |all, byte| all & (least..=b'~').contains(byte));
    let begins = &bytes[..bytes.len().min(64)];
    if !(bytes.len() <= 64 && all(bytes, b'!')) {
        if !all(begins, b' ') || !all(bytes, b' ') {
            return false;
        }
        let ends = |at: usize| bytes[at - 1] == b':' || bytes[at + 1] == b'#';
        if memchr::memchr_iter(b' ', bytes).any(ends) {
            return false;
        }
    }
    bytes.len() > 5 || !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether the text survives as a literal block: nothing that a reader refuses or takes for a line's end, no tab at a
/// line's beginning, which could be taken for indentation, and a first line that shows how far the block is indented.
fn fits_a_block(text: &str) -> bool {
    if text.starts_with([' ', '\t', '\n']) {
        return false;
    }
    // Shell is plain ASCII nearly always, and long. Without a way out of the loop, many bytes are judged at once.
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return true;
    }
    let mut before = 0;
    let mut other = false;
    for &byte in text.as_bytes() {
        let fits = (b' '..=b'~').contains(&byte) || byte == b'\n' || (byte == b'\t' && before != b'\n');
        if !fits {
            if byte.is_ascii() {
                return false;
            }
            other = true;
        }
        before = byte;
    }
    !other || text.chars().all(|letter| letter.is_ascii() || is_printable(letter))
}

fn block(out: &mut String, text: &str, indent: usize) {
    let lines = text.trim_end_matches('\n');
    let breaks = text.len() - lines.len();
    out.push_str(match breaks {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in lines.split('\n') {
        if !line.is_empty() {
            spaces(out, indent);
            out.push_str(line);
        }
        out.push('\n');
    }
    for _ in 1..breaks {
        out.push('\n');
    }
}

/// In single quotes when that spares JSON its backslashes, in double quotes otherwise.
fn quoted(out: &mut String, text: &str) {
    if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(is_printable) {
        out.push('\'');
        out.push_str(text);
        out.push('\'');
        return;
    }
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter if is_printable(letter) => out.push(letter),
            letter if u32::from(letter) <= 0xFF => push(out, format_args!("\\x{:02X}", u32::from(letter))),
            letter if u32::from(letter) <= 0xFFFF => push(out, format_args!("\\u{:04X}", u32::from(letter))),
            letter => push(out, format_args!("\\U{:08X}", u32::from(letter))),
        }
    }
    out.push('"');
}

fn push(out: &mut String, text: std::fmt::Arguments) {
    // Writing into a string does not fail.
    let _ = out.write_fmt(text);
}

/// What YAML 1.1 and 1.2 both let stand (`c-printable`), but for line ends, the byte order mark and no-break space; and but for
/// what turns the direction of writing or cannot be seen (Unicode, "Cf"): whoever reviews the file would read another text than runs.
fn is_printable(letter: char) -> bool {
    if matches!(letter, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
    {
        return false;
    }
    matches!(letter, ' '..='~' | '\u{A1}'..='\u{2027}' | '\u{202A}'..='\u{D7FF}' | '\u{E000}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Columns of indentation.
pub(super) fn spaces(out: &mut String, count: usize) {
    const SPACES: &str = "                                                                ";
    let mut left = count;
    while left > 0 {
        let some = left.min(SPACES.len());
        out.push_str(&SPACES[..some]);
        left -= some;
    }
}
