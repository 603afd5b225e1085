//! Blocks of text that many files have in common, read by the other parser once.
//!
//! Two thirds of an environment's stack are buildspecs, the same in every stack. Such a block is read once, in a document
//! that carries it as a stack does. In a file that has the very same lines below a `BuildSpec: |`, a short line may
//! then stand in for them while the other parser reads the rest. Nothing is seen less well:
//!
//! - What a literal block says depends on its header, on the column at which its first line begins, on its lines, and on
//!   where it ends (YAML 1.1, §9.3; 1.2, §8.1). The header is the same, a bare `|`: the column is found out from the first
//!   line, and one line end is kept. The lines are the same bytes, indentation included, so whatever a tab, a blank line
//!   or a letter that ends lines for some readers would do, it did when they were read. The stand-in begins at the same
//!   column. And the next line must begin with fewer spaces and then a sign, so that it ends the one block as the other.
//! - That there is a block at all, at its place and of that column, is what the other parser says of the stand-in: it must
//!   read exactly that line and its end. Inside of quotes or of another block there would be more, behind a comment there
//!   would be no line's end.
//! - A stand-in is told by its words, which stand nowhere else in what is read; a file in which they do is read whole.
//!
//! And a no is never the last word: then the whole text is read.

use std::sync::OnceLock;

use serde_json::{Value, json};

use super::same::Same;
use crate::document::yaml::{Laid, to_yaml};

/// The line above a buildspec, from its key on.
const HEADER: &str = "BuildSpec: |\n";
/// What a stand-in begins with; a number follows.
const STAND_IN: &str = "what was read before as block ";
/// Where a stack has a buildspec, innermost first: as far in as here.
const PLACE: [&str; 5] = ["BuildSpec", "Source", "Properties", "Project", "Resources"];
/// The spaces before each line of a block there: two for each of the keys.
const COLUMN: usize = 2 * PLACE.len();

/// Texts that stand as blocks in many files, at the column of a stack's buildspec.
#[derive(Debug, Default)]
pub struct Blocks {
    laid: Laid,
    /// Read when the first file is: most runs write none.
    read: OnceLock<Vec<Block>>,
}

#[derive(Debug)]
struct Block {
    /// The lines as they stand in a file.
    lines: String,
    /// The spaces before each that is not empty.
    column: usize,
    /// What the other parser read them as.
    text: String,
}

impl Blocks {
    /// Of these texts. None is read yet.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        Blocks { laid: Laid::out(COLUMN, texts), read: OnceLock::new() }
    }

    /// The texts as a stack is written with them.
    pub(in crate::document) fn laid(&self) -> &Laid {
        &self.laid
    }

    fn read(&self) -> &[Block] {
        // One that cannot be read is not known: then it is the stack that cannot, which is told with its name.
        self.read.get_or_init(|| self.laid.texts().filter_map(|(text, _)| Block::read(text)).collect())
    }

    /// The text with a stand-in for each block that was read; `None` when it has none, or words of a stand-in.
    pub(in crate::document) fn shorten(&self, text: &str) -> Option<String> {
        let blocks = self.read();
        let (mut short, mut rest, mut count) = (String::new(), text, 0);
        while let Some(at) = rest.find(HEADER) {
            let (head, below) = rest.split_at(at + HEADER.len());
            short.push_str(head);
            rest = below;
            let known = blocks.iter().enumerate();
            let mut known = known.filter_map(|(number, block)| Some((number, block, block.end_in(below)?)));
            if let Some((number, block, behind)) = known.next() {
                let indentation = &block.lines[..block.column];
                short.extend([indentation, STAND_IN, &number.to_string(), "\n"]);
                rest = behind;
                count += 1;
            }
        }
        short.push_str(rest);
        (count > 0 && short.matches(STAND_IN).count() == count).then_some(short)
    }

    /// Whether what was read are the words of a stand-in, which is then nothing else.
    pub(super) fn is_stand_in(read: &str) -> bool {
        read.starts_with(STAND_IN)
    }

    /// Whether what was read is the stand-in for a block that says this.
    pub(super) fn stands_for(&self, read: &str, meant: &str) -> bool {
        let number = read.strip_prefix(STAND_IN).and_then(|rest| rest.strip_suffix('\n'));
        let number = number.and_then(|number| number.parse::<usize>().ok());
        number.and_then(|number| self.read().get(number)).is_some_and(|block| block.text == meant)
    }
}

impl Block {
    /// The text as a stack has it, once the other parser has read it there. `None` of one that makes no block.
    fn read(text: &str) -> Option<Self> {
        let document = PLACE.iter().fold(Value::from(text), |value, key| json!({ *key: value }));
        let written = to_yaml(&document).ok()?;
        let (_, lines) = written.split_once(HEADER)?;
        let column = lines.len() - lines.trim_start_matches(' ').len();
        Same::alone(&document).reads(&written).then(|| Block {
            lines: lines.to_owned(),
            column,
            text: text.to_owned(),
        })
    }

    /// What follows the block where the text begins with it and goes on with a line that ends it.
    fn end_in<'t>(&self, below: &'t str) -> Option<&'t str> {
        let behind = below.strip_prefix(self.lines.as_str())?;
        let next = behind.trim_start_matches(' ');
        let ends =
            behind.len() - next.len() < self.column && next.starts_with(|sign: char| sign.is_ascii_graphic());
        (behind.is_empty() || ends).then_some(behind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "version: 0.2\nphases:\n\n  build: |\n    - echo\n";

    fn stack(buildspec: &str) -> Value {
        json!({ "Resources": { "Project": {
            "Type": "AWS::CodeBuild::Project",
            "Properties": { "Source": { "BuildSpec": buildspec, "Type": "CODEPIPELINE" }, "Name": "a" },
        }}})
    }

    fn knowing(blocks: &Blocks, text: &str, meant: &Value) -> bool {
        blocks.shorten(text).is_some_and(|short| Same::knowing(meant, blocks).reads(&short))
    }

    #[test]
    fn a_block_that_was_read_is_not_read_again() {
        let blocks = Blocks::of([TEXT]);
        let meant = stack(TEXT);
        let text = to_yaml(&meant).unwrap();
        let short = blocks.shorten(&text).unwrap();
        assert!(!short.contains("version: 0.2") && short.len() < text.len(), "{short}");
        assert!(knowing(&blocks, &text, &meant));
    }

    #[test]
    fn a_stand_in_stands_for_its_own_block_alone() {
        let other = TEXT.replace("echo", "ls");
        let blocks = Blocks::of([TEXT, &other]);
        let text = to_yaml(&stack(TEXT)).unwrap();
        assert!(!knowing(&blocks, &text, &stack(&other)));
        assert!(!knowing(&blocks, &text, &stack("what was read before as block 0\n")));
    }

    #[test]
    fn lines_that_differ_in_anything_are_read() {
        let blocks = Blocks::of([TEXT]);
        let text = to_yaml(&stack(TEXT)).unwrap();
        let indented = "          ";
        for (from, to) in [
            ("echo", "ech0"),
            ("BuildSpec: |", "BuildSpec: |-"),
            ("BuildSpec: |", "BuildSpec: |2"),
            ("BuildSpec: |", "BuildSpec: >"),
            (&format!("\n{indented}version"), &format!("\n{indented} version")),
            (&format!("{indented}phases"), &format!("{indented}\tphases")),
            ("- echo\n", "- echo\n\n"),
            ("- echo\n", &format!("- echo\n{indented}more\n")),
            ("- echo\n", &format!("- echo\n{indented}\n")),
            ("- echo\n", "- echo\n\t\n"),
        ] {
            let edited = text.replace(from, to);
            assert_ne!(edited, text);
            assert_eq!(blocks.shorten(&edited), None, "{edited}");
        }
    }

    #[test]
    fn a_file_with_the_words_of_a_stand_in_is_read_whole() {
        let blocks = Blocks::of([TEXT]);
        let mut meant = stack(TEXT);
        meant["Description"] = json!("what was read before as block 0");
        assert_eq!(blocks.shorten(&to_yaml(&meant).unwrap()), None);
    }

    #[test]
    fn what_looks_like_a_block_and_is_none_does_not_pass() {
        let blocks = Blocks::of([TEXT]);
        let lines = &blocks.read()[0].lines;
        let meant = json!({ "a": { "b": TEXT } });
        let sound = json!({ "a": { "BuildSpec": TEXT } });
        for text in [
            format!("a:\n  b: # BuildSpec: |\n{lines}"),
            format!("a:\n  b: \"BuildSpec: |\n{lines}\""),
            format!("a:\n  b: >\n       BuildSpec: |\n{lines}"),
            format!("a:\n  b: |\n       BuildSpec: |\n{lines}"),
            format!("a:\n  b: - BuildSpec: |\n{lines}"),
        ] {
            assert!(blocks.shorten(&text).is_some(), "{text}");
            assert!(!knowing(&blocks, &text, &meant), "{text}");
        }
        assert!(knowing(&blocks, &format!("a:\n  BuildSpec: |\n{lines}"), &sound));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// Whatever is done to a file, with blocks it passes only where it passes without.
        #[test]
        fn what_passes_with_stand_ins_passes_when_it_is_read_whole(
            at in any::<prop::sample::Index>(),
            cut in 0..3usize,
            put in prop::sample::select(vec![
                "", " ", "\n", "\t", "#", ": |\n", "|", "\"", "'", "-", "x", "\u{85}", "\u{2028}", "\r", "\u{feff}", "&a ", "...\n",
            ]),
        ) {
            let blocks = Blocks::of([TEXT]);
            let meant = stack(TEXT);
            let mut text = to_yaml(&meant).unwrap();
            let from = at.index(text.len() + 1);
            text.replace_range(from..text.len().min(from + cut), put);
            if knowing(&blocks, &text, &meant) {
                prop_assert!(Same::alone(&meant).reads(&text), "{text}");
            }
        }
    }
}
