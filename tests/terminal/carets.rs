//! The caret stands under the word, counted in cells, a character at a time: terminals disagree about characters that
//! make one picture together (skin tones, families), and this is what they do that know nothing of it.

use branchline::diagnostic::terminal::{Style, render};
use branchline::diagnostic::{Finding, Span};
use unicode_width::UnicodeWidthChar;

/// The cells before the word, and those before its caret, and how many carets there are.
fn cells(text: &str, wrap: bool, width: usize) -> (usize, usize, usize) {
    let start = text.find("WORD").unwrap();
    let finding = Finding::error("BL010", Span { start, end: start + 4 }, "no").because("why").help("do");
    let drawn = render(&[finding], text, "f", Style { colour: false, width, wrap });
    let mut lines = drawn.lines().skip_while(|line| !line.contains("WORD"));
    let (source, caret) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(!source.contains('\t'), "a tab would be as wide as the terminal likes: {source}");
    let before = |line: &str, at: &str| {
        line[..line.find(at).unwrap()].chars().filter_map(UnicodeWidthChar::width).sum()
    };
    (before(source, "WORD"), before(caret, "^"), caret.matches('^').count())
}

#[test]
fn the_caret_stands_under_the_word_behind_characters_of_any_width() {
    for before in [
        "",
        "a",
        "ああ",
        "한글 中文 ",
        "👍",
        "👍🏽 ",
        "e\u{301}",
        "n\u{303}o\u{308}",
        "\t",
        "a\tb\tc",
        "あ\t👍\te\u{301}",
        "ｆｕｌｌ",
        "ﾊﾝｶｸ",
        "العربية ",
        "\u{1b}[31m",
        "\u{7f}\u{1}",
        "\u{feff}",
    ] {
        for (wrap, width) in [(false, 120), (true, 80), (true, 40)] {
            for after in ["", ": x", "あ 👍"] {
                let text = format!("first: 1\n{before}WORD{after}\nlast: 1\n");
                let (word, caret, carets) = cells(&text, wrap, width);
                assert_eq!((caret, carets), (word, 4), "{before:?} {after:?} at {width}");
            }
        }
    }
}

#[test]
fn the_caret_stands_under_the_word_where_a_long_line_is_cut_around_it() {
    for filler in ["x", "あ", "👍", "e\u{301}"] {
        let text = format!("{}WORD{}\n", filler.repeat(120), filler.repeat(120));
        for width in [40, 80, 120] {
            let (word, caret, carets) = cells(&text, true, width);
            assert_eq!((caret, carets), (word, 4), "{filler:?} at {width}");
        }
    }
}
