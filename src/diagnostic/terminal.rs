//! Findings for a person at a terminal: the line with a caret under it, the reason, and what to write instead.

use std::borrow::Cow;
use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::fold::fold;
use super::place::Lines;
use super::{Finding, Severity, Span};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// With colours (ANSI escape codes).
    pub colour: bool,
    /// The terminal's width in columns; longer source lines are cut around the caret.
    pub width: usize,
    /// Whether messages are broken at that width, too. Off, each keeps its line, which `grep` can find.
    pub wrap: bool,
}

impl Style {
    /// A message in lines that leave room for what stands before it.
    fn fold(self, text: &str, before: usize) -> Cow<'_, str> {
        if self.wrap { fold(text, self.width.saturating_sub(before)).into() } else { text.into() }
    }
}

/// The most findings that are drawn: nobody reads more, and a hostile file has thousands.
pub const MOST: usize = 100;

/// The most warnings, or notes, of one code that are drawn.
const ALIKE: usize = 10;

/// A source line longer than this many bytes is named by line and column, and not drawn.
const LONGEST_LINE: usize = 2_000;

/// How many lines apart two places may be to be drawn in one picture.
const NEAR: usize = 12;

/// All findings, in the order given, each followed by an empty line, and then [`summary`]. Empty without findings.
///
/// `file` is how the reader names the file, `text` what was read from it.
pub fn render(findings: &[Finding], text: &str, file: &str, style: Style) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let renderer = renderer(style);
    let lines = Lines::new(text);
    let (drawable, alike) = without_repetition(findings);
    let mut out = String::new();
    for finding in drawable.iter().take(MOST) {
        out.push_str(&drawn(&renderer, finding, &lines, file, style));
        out.push_str("\n\n");
    }
    let mut more = |text: &str| {
        out.push_str(&style.fold(text, 0));
        out.push_str("\n\n");
    };
    for (code, (severity, count)) in &alike {
        more(&format!("… and {count} more of {severity}[{code}]; --json tells all of them."));
    }
    if drawable.len() > MOST {
        let rest = drawable.len() - MOST;
        more(&format!("… and {rest} more. Fix these first, or ask for all of them with --json."));
    }
    out.push_str(&style.fold(&summary(findings, file), 0));
    out.push('\n');
    out
}

/// The findings without warnings and notes that say once more what others have said: behind the first [`ALIKE`] of one code the rest is
/// counted, so that nobody misses what stands between them. Errors are all there.
fn without_repetition(findings: &[Finding]) -> (Vec<&Finding>, BTreeMap<&'static str, (Severity, usize)>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut alike = BTreeMap::new();
    let drawable = findings.iter().filter(|finding| {
        let seen = seen.entry(finding.code).or_default();
        *seen += 1;
        if finding.severity == Severity::Error || *seen <= ALIKE {
            return true;
        }
        alike.entry(finding.code).or_insert((finding.severity, 0)).1 += 1;
        false
    });
    (drawable.collect(), alike)
}

/// A finding that no file shows, such as that there is no file: its message and what to do.
pub fn render_alone(finding: &Finding, style: Style) -> String {
    let (message, help) = (normalize_untrusted_str(&finding.message), normalize_untrusted_str(&finding.help));
    let title = style.fold(&message, label(finding));
    let mut group = Group::with_title(level(finding.severity).primary_title(title).id(finding.code));
    if !help.is_empty() {
        group = group.element(Level::HELP.message(style.fold(&help, MESSAGE + HELP)));
    }
    renderer(style).render(&[group]) + "\n"
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    // A line that is cut gets an ellipsis behind the width that it was cut to.
    renderer.term_width(if style.wrap { style.width.saturating_sub(ELLIPSIS) } else { style.width })
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// Columns before a title: `error[BL010]: `.
fn label(finding: &Finding) -> usize {
    finding.severity.to_string().len() + finding.code.len() + "[]: ".len()
}

/// Columns of `...`, and of the space beside it.
const ELLIPSIS: usize = 4;

/// Columns of ` = ` before a message, beside the line numbers.
const MESSAGE: usize = 3;

/// Columns of `help: `, and of `note: `.
const HELP: usize = 6;

/// One line, such as `3 errors, 1 warning in branchline.yml`; `nothing wrong in branchline.yml` without findings.
pub fn summary(findings: &[Finding], file: &str) -> String {
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter_map(|severity| {
            let count = findings.iter().filter(|finding| finding.severity == severity).count();
            (count > 0).then(|| format!("{count} {severity}{}", if count == 1 { "" } else { "s" }))
        })
        .collect();
    let counts = if counts.is_empty() { "nothing wrong".to_owned() } else { counts.join(", ") };
    format!("{counts} in {}", normalize_untrusted_str(file))
}

/// One finding, drawn.
fn drawn(renderer: &Renderer, finding: &Finding, lines: &Lines<'_>, file: &str, style: Style) -> String {
    let title = style.fold(&finding.message, label(finding));
    let mut group = Group::with_title(level(finding.severity).primary_title(title).id(finding.code));
    let gutter = lines.count().to_string().len();
    let marks = finding.place.map(|place| marks(place, finding, lines)).unwrap_or_default();
    let (marks, notes) = beside(marks, lines, gutter + MESSAGE, style);
    let before = gutter + MESSAGE + HELP;
    // What is cut away on the left and on the right is marked, and a little of the line stays around the places.
    let room = if style.wrap { style.width.saturating_sub(before + 3 * ELLIPSIS) } else { usize::MAX };
    let seen = if room < NARROW { usize::MAX } else { room };
    let marks =
        marks.into_iter().map(|mark| Mark { span: shortened(mark.span, lines, seen), ..mark }).collect();
    if let Some(snippets) = snippets(marks, lines, file, room) {
        group = group.elements(snippets);
        for note in &notes {
            group = group.element(Level::NOTE.message(style.fold(note, before).into_owned()));
        }
    } else {
        let origin = Origin::path(file);
        group = group.element(match finding.place.map(|place| lines.place(place.start)) {
            Some(at) => origin.line(at.line).char_column(at.column),
            None => origin,
        });
        if !finding.reason.is_empty() {
            let reason = normalize_untrusted_str(&finding.reason);
            group = group.element(Level::NOTE.message(style.fold(&reason, before).into_owned()));
        }
    }
    if !finding.help.is_empty() {
        let help = normalize_untrusted_str(&finding.help);
        group = group.element(Level::HELP.message(style.fold(&help, before).into_owned()));
    }
    renderer.render(&[group])
}

/// With less room than this nothing is cut: there would be nothing left to see.
const NARROW: usize = 12;

/// The beginning of a place that is wider than the terminal has room for: a line is not cut inside of what is marked.
fn shortened(span: Span, lines: &Lines<'_>, room: usize) -> Span {
    let mut cells = 0;
    let mut fits = |character: char| {
        cells += if character == '\t' { 4 } else { character.width().unwrap_or_default() };
        cells <= room
    };
    let kept: usize = lines.text(span).chars().take_while(|it| fits(*it)).map(char::len_utf8).sum();
    Span { start: span.start, end: span.start + kept }
}

/// One label under a source line.
struct Mark<'a> {
    line: usize,
    span: Span,
    kind: AnnotationKind,
    text: &'a str,
}

/// The places of a finding, the one it is about first.
fn marks<'a>(place: Span, finding: &'a Finding, lines: &Lines<'_>) -> Vec<Mark<'a>> {
    let primary = mark(place, AnnotationKind::Primary, &finding.reason, lines);
    let related =
        finding.related.iter().map(|label| mark(label.span, AnnotationKind::Context, &label.text, lines));
    std::iter::once(primary).chain(related).collect()
}

/// Takes away the labels that the terminal has no room for beside their carets, and gives them as notes.
fn beside<'a>(
    mut marks: Vec<Mark<'a>>,
    lines: &Lines<'a>,
    gutter: usize,
    style: Style,
) -> (Vec<Mark<'a>>, Vec<String>) {
    let mut notes = Vec::new();
    for (number, mark) in marks.iter_mut().enumerate().filter(|_| style.wrap) {
        let Span { start, end } = lines.range(mark.line, mark.line);
        if end - start > LONGEST_LINE {
            // It is not drawn, and would take long to count.
            continue;
        }
        let text = lines.text(Span { start, end: mark.span.end });
        // A tab is drawn as four spaces.
        let cells = text.width() + 3 * text.matches('\t').count();
        if gutter + cells + 1 + mark.text.width() > style.width {
            let text = normalize_untrusted_str(std::mem::take(&mut mark.text));
            notes.push(if number == 0 { text } else { format!("line {}: {text}", mark.line) });
        }
    }
    notes.retain(|note| !note.is_empty());
    (marks, notes)
}

/// The pictures of a finding's places: one, or two where they stand further apart than a terminal has room for. `None`
/// without a place, and where a line is too long to draw.
fn snippets<'a>(
    marks: Vec<Mark<'a>>,
    lines: &Lines<'a>,
    file: &'a str,
    room: usize,
) -> Option<Vec<Snippet<'a, annotate_snippets::Annotation<'a>>>> {
    let primary = marks.first()?;
    let (line, span) = (primary.line, primary.span);
    let (from, to) = (column(span.start, lines), column(span.end, lines));
    let (near, far): (Vec<_>, Vec<_>) = marks.into_iter().partition(|mark| {
        let (first, last) = (column(mark.span.start, lines), column(mark.span.end, lines));
        // The place itself is drawn however long it is.
        mark.span == span || (mark.line.abs_diff(line) <= NEAR && last.max(to) - first.min(from) <= room)
    });
    std::iter::once(near)
        .chain(far.into_iter().map(|mark| vec![mark]))
        .map(|marks| draw(marks, lines, file))
        .collect()
}

/// A place cut to its first line, so that a caret and not a bracket over half the file points at it.
fn mark<'a>(span: Span, kind: AnnotationKind, text: &'a str, lines: &Lines<'_>) -> Mark<'a> {
    let line = lines.place(span.start).line;
    let whole = lines.range(line, line);
    let start = span.start.clamp(whole.start, whole.end);
    Mark { line, span: Span { start, end: span.end.clamp(start, whole.end) }, kind, text }
}

/// The column of a byte, from 1.
fn column(byte: usize, lines: &Lines<'_>) -> usize {
    lines.place(byte).column
}

fn draw<'a>(
    marks: Vec<Mark<'a>>,
    lines: &Lines<'a>,
    file: &'a str,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let first = marks.iter().map(|mark| mark.line).min()?;
    let last = marks.iter().map(|mark| mark.line).max()?;
    let window = lines.range(first, last);
    if (first..=last).any(|line| lines.text(lines.range(line, line)).len() > LONGEST_LINE) {
        return None;
    }
    let annotations = marks.into_iter().map(|mark| {
        let span = mark.span.start - window.start..mark.span.end - window.start;
        let annotation = mark.kind.span(span);
        if mark.text.is_empty() { annotation } else { annotation.label(normalize_untrusted_str(mark.text)) }
    });
    Some(Snippet::source(lines.text(window)).line_start(first).path(file).annotations(annotations))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { colour: false, width: 100, wrap: false };

    fn finding(start: usize, end: usize) -> Finding {
        Finding::error("BL010", Span { start, end }, "`colour` is not a key of an app")
            .because("no such key")
            .help("write `color`")
    }

    #[test]
    fn the_caret_stands_under_the_words_whatever_comes_before_them() {
        let text = "\u{feff}app: あ\r\ncolour: red\r\n";
        let start = text.find("colour").unwrap();
        let drawn = render(&[finding(start, start + 6)], text, "branchline.yml", PLAIN);
        assert_eq!(
            drawn,
            "error[BL010]: `colour` is not a key of an app\n \
             --> branchline.yml:2:1\n  |\n2 | colour: red\n  | ^^^^^^ no such key\n  |\n  = help: write `color`\n\n\
             1 error in branchline.yml\n"
        );
    }

    #[test]
    fn warnings_that_say_the_same_again_are_counted_and_errors_are_all_drawn() {
        let warning = Finding { severity: Severity::Warning, ..finding(0, 1) };
        let mut findings = vec![warning; 30];
        findings.extend(vec![finding(0, 1); 12]);
        let drawn = render(&findings, "colour: red", "f", PLAIN);
        assert_eq!(drawn.matches("warning[BL010]: ").count(), ALIKE);
        assert_eq!(drawn.matches("error[BL010]: ").count(), 12);
        assert!(drawn.contains("… and 20 more of warning[BL010]; --json tells all of them.\n\n"), "{drawn}");
        assert!(drawn.ends_with("12 errors, 30 warnings in f\n"), "{drawn}");
    }

    #[test]
    fn places_that_stand_far_apart_are_drawn_apart() {
        let text = format!("a: 1\n{}a: 2\n", "# between\n".repeat(500));
        let second = text.rfind("a: 2").unwrap();
        let drawn = render(
            &[finding(second, second + 1).related(Span { start: 0, end: 1 }, "first written here")],
            &text,
            "f",
            PLAIN,
        );
        assert!(drawn.contains("502 | a: 2") && drawn.contains("first written here"), "{drawn}");
        assert!(!drawn.contains("between"), "{drawn}");
    }

    #[test]
    fn the_reason_is_told_even_where_nothing_can_be_drawn() {
        let text = format!("{}: 1", "k".repeat(5_000));
        let drawn = render(&[finding(4_000, 4_003)], &text, "f", PLAIN);
        assert!(drawn.contains("f:1:4001") && drawn.contains("= note: no such key"), "{drawn}");
        let without =
            render(&[Finding::error("BL007", None, "the file is empty").because("nothing")], "", "f", PLAIN);
        assert!(without.contains("--> f\n") && without.contains("nothing"), "{without}");
    }

    #[test]
    fn colour_is_there_only_when_it_is_asked_for() {
        let drawn =
            |colour| render(&[finding(0, 1)], "colour: red", "f", Style { colour, width: 80, wrap: false });
        assert!(drawn(true).contains("\u{1b}["));
        assert!(!drawn(false).contains('\u{1b}'));
    }

    #[test]
    fn no_more_are_drawn_than_a_person_reads() {
        let drawn = render(&vec![finding(0, 1); MOST + 7], "colour: red", "f", PLAIN);
        assert_eq!(drawn.matches("error[BL010]").count(), MOST);
        assert!(drawn.contains("and 7 more") && drawn.ends_with("107 errors in f\n"));
    }

    #[test]
    fn the_summary_counts_each_severity() {
        let mut warning = finding(0, 1);
        warning.severity = Severity::Warning;
        assert_eq!(summary(&[finding(0, 1), warning, finding(0, 1)], "f"), "2 errors, 1 warning in f");
        assert_eq!(summary(&[], "f"), "nothing wrong in f");
    }
}
