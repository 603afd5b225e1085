//! A picture that is painted over the one before it.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

/// What paints a text on a screen of so many columns and rows, with a line below it where something is to be said.
///
/// Each line is written over the old one and what is left of that erased, then all below: a screen that is emptied first would flicker.
/// What has no room is left out, and counted; else the screen would scroll, and the next picture begin in the middle of this one
/// (ECMA-48: CUP, EL, ED).
pub fn screen(text: &str, said: Option<&str>, width: usize, rows: usize) -> String {
    let mut lines: Vec<&str> = text.trim_end().lines().collect();
    // The cursor stands in the last row.
    let room = rows.saturating_sub(1 + usize::from(said.is_some())).max(1);
    let taken =
        |line: &str| anstream::adapter::strip_str(line).to_string().width().div_ceil(width.max(1)).max(1);
    let mut used: usize = lines.iter().map(|line| taken(line)).sum();
    let mut hidden = 0;
    while used > room.saturating_sub(usize::from(hidden > 0)).max(1)
        && let Some(line) = lines.pop()
    {
        used -= taken(line);
        hidden += 1;
    }
    let mut out = "\u{1b}[H".to_owned();
    for line in lines {
        let _ = writeln!(out, "{line}\u{1b}[K");
    }
    if hidden > 0 {
        let _ = writeln!(out, "… {hidden} lines more: `branchline status` shows all\u{1b}[K");
    }
    if let Some(said) = said {
        let _ = writeln!(out, "{}\u{1b}[K", said.chars().take(width).collect::<String>());
    }
    out + "\u{1b}[J"
}

#[cfg(test)]
mod tests {
    use super::screen;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn a_picture_that_fits_is_painted_whole() {
        assert_eq!(screen("a\nb\n", None, 80, 24), "\u{1b}[Ha\u{1b}[K\nb\u{1b}[K\n\u{1b}[J");
        assert_eq!(plain(&screen("a\nb\n", None, 80, 3)), "a\nb\n");
    }

    #[test]
    fn a_picture_never_has_more_rows_than_the_screen() {
        let text = format!("\u{1b}[32mline\u{1b}[0m {}\n", "x".repeat(90)).repeat(40);
        for rows in [2, 3, 10, 24, 79, 81, 82] {
            for said in [None, Some("not asked anew")] {
                let shown = plain(&screen(&text, said, 80, rows));
                let taken: usize = shown.lines().map(|line| line.chars().count().div_ceil(80).max(1)).sum();
                assert!(taken < rows.max(4), "{rows}: {shown}");
                assert_eq!(shown.contains("lines more"), rows < 81 + usize::from(said.is_some()), "{rows}");
            }
        }
    }

    #[test]
    fn what_is_to_be_said_stands_below_the_old_picture() {
        assert_eq!(plain(&screen("a\n", Some("not asked anew: slow"), 10, 24)), "a\nnot asked \n");
    }
}
