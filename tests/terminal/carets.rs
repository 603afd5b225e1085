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

#[test]
fn a_terminal_of_any_width_is_drawn_for() {
    let text = format!("a: 1\n{}WORD: {}\n\tあ: WORD\n", "x".repeat(90), "👍".repeat(50));
    let span = |part: &str| text.find(part).map(|start| Span { start, end: start + part.len() }).unwrap();
    let help = "write something else, at length, so that there is something to be broken";
    let finding =
        Finding::error("BL010", span("WORD"), "what is wrong with it").because("why it is wrong").help(help);
    let finding = finding.related(span("a: 1"), "written here").related(span("あ"), "and here");
    for width in 0..200 {
        let style = Style { colour: false, width, wrap: true };
        let drawn = render(std::slice::from_ref(&finding), &text, "f", style);
        let words = drawn.replace(['|', '='], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(help) && words.contains("why it is wrong"), "{width}:\n{drawn}");
        assert!(words.contains("written here") && words.contains("and here"), "{width}:\n{drawn}");
    }
}

#[test]
fn a_place_that_is_longer_than_the_terminal_is_drawn_all_the_same() {
    for long in ["W".repeat(60), "あ".repeat(60)] {
        let text = format!("key: {long}\n");
        let finding =
            Finding::error("BL010", Span { start: 5, end: 5 + long.len() }, "no").because("why").help("do");
        for width in [20, 40, 80] {
            let style = Style { colour: false, width, wrap: true };
            let drawn = render(std::slice::from_ref(&finding), &text, "f", style);
            assert!(drawn.contains("1 | ") && drawn.contains("^^^^"), "{width}:\n{drawn}");
        }
    }
}
