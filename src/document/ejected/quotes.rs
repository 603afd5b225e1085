//! The quotes of a copy's shell, as far as they can be followed without a whole shell: which one stays open, and which quoted
//! value stands inside of them.
//!
//! Where a text does what cannot be followed for sure (a `case` inside of parentheses, a block of the template that begins
//! within quotes), nothing is said of it.

use std::collections::VecDeque;

use crate::diagnostic::Span;

/// What the quotes of a text come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Quotes {
    /// The first that is never closed.
    pub(super) open: Option<Span>,
    /// The word of the first here document whose last line never comes.
    pub(super) unended: Option<Span>,
    /// The tags that write a quoted word, inside of other quotes.
    pub(super) nested: Vec<Span>,
}

/// What a character stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `"…"`, from this byte.
    Double(usize),
    /// `` `…` ``, from this byte.
    Backtick(usize),
    /// `$(…)` or `(…)`.
    Command,
    /// `$((…))` or `((…))`.
    Arithmetic,
    /// `${…}`.
    Brace,
}

/// Follows the quotes of a text. `tags` are those of the template, in order.
pub(super) fn of<'t>(text: &'t str, tags: impl Iterator<Item = (Span, &'t str)>) -> Quotes {
    let mut reader = Reader {
        text,
        tags: tags.collect(),
        at: 0,
        frames: Vec::new(),
        documents: VecDeque::new(),
        is_lost: false,
        found: Quotes::default(),
    };
    while reader.at < text.len() && !reader.is_lost && reader.found.open.is_none() {
        reader.step();
    }
    // Two parentheses that are no arithmetic stay.
    if reader.is_lost || reader.frames.contains(&Frame::Arithmetic) {
        return Quotes::default();
    }
    let open = reader.frames.iter().find_map(|frame| match frame {
        Frame::Double(at) | Frame::Backtick(at) => Some(Span { start: *at, end: at + 1 }),
        Frame::Command | Frame::Arithmetic | Frame::Brace => None,
    });
    reader.found.open = reader.found.open.or(open);
    // One that begins on the last line has no lines at all.
    reader.found.unended = reader.found.unended.or(reader.documents.front().map(|document| document.word));
    reader.found
}

/// A here document that begins.
struct HereDocument {
    /// Its last line.
    last: String,
    may_be_indented: bool,
    /// The word that says so.
    word: Span,
}

struct Reader<'t> {
    text: &'t str,
    tags: VecDeque<(Span, &'t str)>,
    at: usize,
    frames: Vec<Frame>,
    /// The here documents that begin on this line.
    documents: VecDeque<HereDocument>,
    is_lost: bool,
    found: Quotes,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn top(&self) -> Option<Frame> {
        self.frames.last().copied()
    }

    /// Whether words are commands and arguments here.
    fn is_code(&self) -> bool {
        matches!(self.top(), None | Some(Frame::Command | Frame::Backtick(_)))
    }

    /// Whether nothing that could belong to a word stands before.
    fn begins_a_word(&self) -> bool {
        self.text[..self.at]
            .chars()
            .next_back()
            .is_none_or(|before| before.is_whitespace() || ";|&()`".contains(before))
    }

    fn enter(&mut self, frame: Frame, bytes: usize) {
        self.frames.push(frame);
        self.at += bytes;
    }

    fn leave(&mut self, bytes: usize) {
        self.frames.pop();
        self.at += bytes;
    }

    /// The tag that begins here, if one does.
    fn tag(&mut self) -> Option<(Span, &'t str)> {
        while self.tags.front().is_some_and(|(place, _)| place.start < self.at) {
            self.tags.pop_front();
        }
        let is_here = self.tags.front().is_some_and(|(place, _)| place.start == self.at);
        if is_here { self.tags.pop_front() } else { None }
    }

    fn step(&mut self) {
        if let Some((place, tag)) = self.tag() {
            self.pass(place, tag, matches!(self.top(), Some(Frame::Double(_))));
            return;
        }
        let rest = self.rest();
        let Some(letter) = rest.chars().next() else { return };
        let in_double = matches!(self.top(), Some(Frame::Double(_)));
        match letter {
            '\\' => self.at += 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '"' if in_double => self.leave(1),
            '"' => self.enter(Frame::Double(self.at), 1),
            '\'' if in_double => self.at += 1,
            '\'' if self.top() == Some(Frame::Brace)
                && self.frames.iter().any(|it| matches!(it, Frame::Double(_))) =>
            {
                self.is_lost = true;
            }
            '\'' => self.single(),
            '`' if matches!(self.top(), Some(Frame::Backtick(_))) => self.leave(1),
            '`' if self.frames.iter().any(|frame| matches!(frame, Frame::Backtick(_))) => self.is_lost = true,
            '`' => self.enter(Frame::Backtick(self.at), 1),
            '$' if rest.starts_with("$((") => self.enter(Frame::Arithmetic, 3),
            '$' if rest.starts_with("$(") => self.enter(Frame::Command, 2),
            '$' if rest.starts_with("${") => self.enter(Frame::Brace, 2),
            '}' if self.top() == Some(Frame::Brace) => self.leave(1),
            ')' if self.top() == Some(Frame::Arithmetic) && rest.starts_with("))") => self.leave(2),
            ')' if self.top() == Some(Frame::Arithmetic) => {
                // One alone ends no arithmetic: it was two parentheses, of which the inner one ends here.
                self.leave(1);
                self.frames.push(Frame::Command);
            }
            ')' if self.top() == Some(Frame::Command) => self.leave(1),
            '(' if self.is_code() && rest.starts_with("((") => self.enter(Frame::Arithmetic, 2),
            '(' if self.is_code() || self.top() == Some(Frame::Arithmetic) => self.enter(Frame::Command, 1),
            '#' if self.is_code() && self.begins_a_word() => self.at += rest.find('\n').unwrap_or(rest.len()),
            '<' if self.is_code() && rest.starts_with("<<<") => self.at += 3,
            '<' if self.is_code() && rest.starts_with("<<") => self.document(),
            'c' if self.is_code() && self.begins_a_word() && rest.starts_with("case ") => {
                // The parenthesis behind each of its patterns would end others.
                self.is_lost = self.frames.contains(&Frame::Command);
                self.at += 5;
            }
            '\n' => {
                self.at += 1;
                self.pass_documents();
            }
            other => self.at += other.len_utf8(),
        }
    }

    /// Goes behind a tag.
    fn pass(&mut self, place: Span, tag: &str, is_quoted: bool) {
        let word = tag.split_whitespace().next().unwrap_or_default();
        if is_quoted && word == "sh" {
            self.found.nested.push(place);
        }
        let is_of_a_block = word.starts_with(['#', '/']) || word == "else";
        self.is_lost |= is_of_a_block && !self.frames.is_empty();
        self.at = place.end;
    }

    /// `'…'`, and `$'…'`, in which a backslash means something.
    fn single(&mut self) {
        let start = self.at;
        let has_escapes = self.text[..start].ends_with('$');
        self.at += 1;
        while self.at < self.text.len() {
            if let Some((place, tag)) = self.tag() {
                let word = tag.split_whitespace().next().unwrap_or_default();
                if word.starts_with(['#', '/']) || word == "else" {
                    self.is_lost = true;
                    return;
                }
                self.pass(place, tag, true);
                continue;
            }
            let Some(letter) = self.rest().chars().next() else { break };
            self.at += letter.len_utf8();
            match letter {
                '\'' => return,
                '\\' if has_escapes => self.at += self.rest().chars().next().map_or(0, char::len_utf8),
                _ => {}
            }
        }
        self.found.open = Some(Span { start, end: start + 1 });
    }

    /// The word behind `<<`, at which a here document ends.
    fn document(&mut self) {
        let rest = &self.rest()[2..];
        let (may_be_indented, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
        let rest = rest.trim_start_matches([' ', '\t']);
        let word: String = rest
            .chars()
            .take_while(|letter| !letter.is_whitespace() && !";|&<>()".contains(*letter))
            .collect();
        if word.is_empty() || word.contains("{{") {
            self.is_lost = true;
            return;
        }
        let start = self.text.len() - rest.len();
        self.at = start + word.len();
        let last = word.replace(['\'', '"', '\\'], "");
        let word = Span { start, end: self.at };
        self.documents.push_back(HereDocument { last, may_be_indented, word });
    }

    /// Goes behind the here documents that begin here.
    fn pass_documents(&mut self) {
        while let Some(HereDocument { last, may_be_indented, word }) = self.documents.pop_front() {
            let mut is_ended = false;
            for line in self.rest().split_inclusive('\n') {
                self.at += line.len();
                let line = line.trim_end_matches('\n');
                let line = if may_be_indented { line.trim_start_matches('\t') } else { line };
                if line == last {
                    is_ended = true;
                    break;
                }
            }
            if !is_ended {
                self.found.unended = self.found.unended.or(Some(word));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tags;
    use super::*;
    use crate::document::steps;

    fn quotes(text: &str) -> Quotes {
        of(text, tags(text))
    }

    #[test]
    fn every_original_closes_its_quotes_and_quotes_no_quoted_value() {
        for (name, _) in steps::listed() {
            assert_eq!(quotes(steps::original(name).unwrap()), Quotes::default(), "{name}");
        }
    }

    #[test]
    fn a_quote_that_stays_open_is_found_at_its_place() {
        for (text, at) in [
            ("echo 'it", 5),
            ("echo \"a $(b 'c' \"d\") e", 5),
            ("x=`date", 2),
            ("cat <<'EOF'\nit's\nEOF\necho \"", 26),
            ("# it's a comment\necho 'x'\necho $'a\\''b'", 38),
        ] {
            assert_eq!(quotes(text).open.map(|place| place.start), Some(at), "{text}");
        }
    }

    #[test]
    fn a_here_document_that_never_ends_is_found_at_its_word() {
        for (text, at) in [
            ("set -e\ncat > /dev/null <<'NOTE'\nbin/migrate\n", Some(25)),
            ("cat <<A <<B\na\nA\nb\n", Some(10)),
            ("cat <<EOF\n  EOF\n", Some(6)),
            ("cat <<EOF", Some(6)),
            ("cat <<-EOF\n\tEOF\necho", None),
            ("cat <<EOF\nEOF", None),
        ] {
            assert_eq!(quotes(text).unended.map(|place| place.start), at, "{text}");
        }
    }

    #[test]
    fn what_is_closed_or_no_quote_is_left_alone() {
        for text in [
            "# it's a comment\necho a#b 'x' # don't\n",
            "cat <<EOF\nit's\nEOF\ncat <<-'E'\n\tdon't\n\tE\n",
            "echo \"it's\" 'a \"b' \\' \\\"",
            "echo \"$(echo \"a\" 'b)' \"$(c)\")\" ${x#\"y\"} $((1 << 2)) $'it\\'s'",
            "case x in a) echo 'b';; esac",
            "(case x in a) echo ';; esac)",
            "jq -r '{{!-- it's --}}.a'",
            "read -r x <<< \"$y\"",
            "f() { echo \"${1:-\"it\"}\"; }",
            "echo \"{{#if a}}x\"{{else}}y\"{{/if}}",
        ] {
            assert_eq!(quotes(text), Quotes::default(), "{text}");
        }
    }

    #[test]
    fn a_quoted_value_inside_of_quotes_is_found() {
        for (text, count) in [
            ("docker build --build-arg \"{{sh @key \"=\" this}}\"", 1),
            ("echo 'a {{sh name}}'", 1),
            ("echo \"a\"{{sh name}}\"b\" {{sh '\"'}}", 0),
            ("echo \"$(take {{sh name}})\" \"{{identifier name}}\"", 0),
        ] {
            let found = quotes(text);
            assert_eq!((found.nested.len(), found.open), (count, None), "{text}");
        }
    }
}
