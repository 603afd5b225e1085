//! Text broken into lines that a terminal has room for.

use unicode_width::UnicodeWidthStr;

/// The fewest columns that text is broken to: narrower, a word a line would be harder to read than a line too long.
const NARROWEST: usize = 16;

/// The text in lines of at most `width` cells, broken at spaces; its own line ends stay. A word that is longer, such as
/// an ARN, stays whole, so that it can be copied.
pub(super) fn fold(text: &str, width: usize) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| broken(line, width.max(NARROWEST), 0)).collect();
    lines.join("\n")
}

/// Columns of text, each line broken at `width` cells: what does not fit goes on below the column it began in.
///
/// The last column of a line begins behind the last two spaces in a row in the line's first half.
pub fn hanging(text: &str, width: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => broken(line, width, indent(line, width)) + "\n",
            None => broken(line, width, indent(line, width)),
        })
        .collect()
}

/// Where a line's last column begins, in cells; 0 where that would leave no room.
fn indent(line: &str, width: usize) -> usize {
    let gap =
        line.match_indices("  ").map(|(at, _)| at + 2).filter(|at| line[..*at].width() <= width / 2).last();
    let Some(gap) = gap else { return 0 };
    let start = gap + line[gap..].len() - line[gap..].trim_start().len();
    match line[..start].width() {
        indent if width.saturating_sub(indent) >= NARROWEST => indent,
        _ => 0,
    }
}

fn broken(line: &str, width: usize, indent: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut column = 0;
    let mut is_first = true;
    // Every space is kept but the one at which the line is broken.
    for word in line.split(' ') {
        let cells = word.width();
        if is_first {
            is_first = false;
        } else if column > indent && column + 1 + cells > width {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += cells;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_broken_at_spaces_and_counted_in_cells() {
        assert_eq!(fold("aaaa bbbb cccc dddd", 16), "aaaa bbbb cccc\ndddd");
        assert_eq!(fold("ああああ いいいい うう", 18), "ああああ いいいい\nうう");
        assert_eq!(fold("a short line\nand one more", 16), "a short line\nand one more");
    }

    #[test]
    fn a_word_that_is_too_long_stays_whole() {
        let arn = "arn:aws:sns:eu-west-1:111122223333:releases";
        assert_eq!(fold(&format!("tell {arn} about it"), 20), format!("tell\n{arn}\nabout it"));
    }

    #[test]
    fn what_does_not_fit_goes_on_below_its_column() {
        let text = "   1  Source   fetch the commit that was pushed\n\n   2  Build    all\n";
        let folded =
            "   1  Source   fetch the commit\n               that was pushed\n\n   2  Build    all\n";
        assert_eq!(hanging(text, 34), folded);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_is_longer_than_it_must_be(text in "([a-zあé]{1,9}[ ]{1,3}){0,20}", width in 16_usize..60) {
            for out in [fold(&text, width), hanging(&text, width)] {
                prop_assert!(out.split_whitespace().eq(text.split_whitespace()));
                for line in out.lines() {
                    prop_assert!(line.width() <= width + 18, "{}", line);
                }
            }
            for line in fold(&text, width).lines() {
                prop_assert!(line.trim_end().width() <= width.max(18), "{}", line);
            }
        }
    }
}
