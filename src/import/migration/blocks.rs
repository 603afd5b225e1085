//! Which lines of a script run whatever is the case.

/// The lines with what continues them, each with the place of its first one, from 0. Comments are left out of those.
pub(super) fn logical(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut is_open = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if is_open && line.starts_with('#') {
            continue;
        }
        let part = line.strip_suffix('\\').unwrap_or(line).trim_end();
        match all.last_mut().filter(|_| is_open) {
            Some((_, open)) => {
                open.push(' ');
                open.push_str(part);
            }
            None => all.push((at, part.to_owned())),
        }
        let is_comment = line.starts_with('#');
        is_open = !is_comment && [r"\", "&&", "||", "|"].iter().any(|end| line.ends_with(end));
    }
    all
}

/// The blocks that are open, each with whether it only asks which command is started.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    open: Vec<bool>,
    /// An `if` whose `then` has not come yet.
    condition: Option<String>,
    /// The word that ends a text that is no shell.
    text_until: Option<String>,
    /// Whether the script may have ended before.
    may_have_ended: bool,
}

impl Blocks {
    /// Takes in a line, and says whether what it runs is one plain command that runs in every case.
    pub(super) fn enter(&mut self, line: &str) -> bool {
        let line = line.trim();
        if let Some(end) = &self.text_until {
            if line == end {
                self.text_until = None;
            }
            return false;
        }
        if line.is_empty() || line.starts_with('#') {
            return false;
        }
        let line = line.find(" #").map_or(line, |at| line[..at].trim_end());
        if let Some((_, text)) = line.split_once("<<").filter(|(_, text)| !text.starts_with('<')) {
            let end = text.trim_start_matches('-').split_whitespace().next().unwrap_or_default();
            self.text_until = Some(end.trim_matches(['"', '\'']).to_owned());
        }
        // `if [ "$1" = server ]; then bin/rails db:migrate; fi` in one line.
        let whole = line.strip_prefix("if ").and_then(|rest| rest.split_once("; then "));
        let inner = whole.and_then(|(condition, rest)| {
            let inner = rest.strip_suffix("fi")?.trim_end().strip_suffix(';')?;
            asks_the_command(condition).then_some(inner)
        });
        let own = inner.unwrap_or(line);
        let is_plain = is_plain(own) && self.open.iter().all(|asks| *asks) && !self.may_have_ended;
        if inner.is_none() {
            let is_guarded = self.open.contains(&false) || !is_plain_command(line);
            self.may_have_ended |= is_guarded && ends(line);
            self.track(line);
        }
        is_plain
    }

    fn track(&mut self, line: &str) {
        for piece in line.split(';').map(str::trim).filter(|piece| !piece.is_empty()) {
            let words: Vec<&str> = piece.split_whitespace().collect();
            match words.first().copied().unwrap_or_default() {
                "if" | "elif" => {
                    // What an `elif` comes to depends on what was asked before it too.
                    let asked = words[0] == "if" || self.open.pop().unwrap_or_default();
                    self.condition = asked.then(|| words[1..].join(" "));
                    self.open.push(false);
                }
                "then" => {
                    let asks = self.condition.take().is_some_and(|condition| asks_the_command(&condition));
                    if let Some(open) = self.open.last_mut() {
                        *open = asks;
                    }
                }
                "fi" | "done" | "esac" | "}" | ")" => self.close(),
                "case" | "for" | "while" | "until" | "select" | "{" | "(" => self.open.push(false),
                _ if piece.ends_with('{') => self.open.push(false),
                _ if (piece.starts_with('(') || piece.contains("$("))
                    && piece.matches('(').count() > piece.matches(')').count() =>
                {
                    self.open.push(false);
                }
                _ => {}
            }
        }
    }

    fn close(&mut self) {
        self.open.pop();
        self.condition = None;
    }
}

/// Whether a condition asks for the script's own arguments alone: which command is to be started.
fn asks_the_command(condition: &str) -> bool {
    let mut asked = condition.split('$').skip(1).peekable();
    let is_some = asked.peek().is_some();
    let own = |rest: &str| {
        rest.strip_prefix('{')
            .unwrap_or(rest)
            .starts_with(|one: char| matches!(one, '@' | '*') || one.is_ascii_digit())
    };
    let is_test = |part: &str| matches!(part.split_whitespace().next(), Some("[" | "[[" | "test"));
    let parts = condition.trim_end_matches(';').split("&&").flat_map(|part| part.split("||"));
    is_some && asked.all(own) && !condition.contains('`') && parts.map(str::trim).all(is_test)
}

/// Whether a line may end the script well, or hand over to another program.
fn ends(line: &str) -> bool {
    line.split([';', '&', '|', '(', ')', '{', '}']).any(|piece| {
        let mut words = piece.split_whitespace().skip_while(|word| matches!(*word, "then" | "else" | "do"));
        match words.next() {
            Some("exec") => true,
            Some("exit" | "return") => words.next().is_none_or(|code| code == "0"),
            _ => false,
        }
    })
}

fn is_plain(line: &str) -> bool {
    is_plain_command(line)
        && line.matches('"').count().is_multiple_of(2)
        && line.matches('\'').count().is_multiple_of(2)
}

/// Whether there is one command alone, without a condition and in no shell of its own.
fn is_plain_command(line: &str) -> bool {
    const WORDS: [&str; 17] = [
        "if", "then", "elif", "else", "fi", "case", "esac", "for", "while", "until", "do", "done", "test",
        "[", "[[", "{", "!",
    ];
    !line.contains([';', '&', '|', '(', ')', '`', '<'])
        && !line.split_whitespace().any(|word| WORDS.contains(&word.trim_matches(['"', '\''])))
}
