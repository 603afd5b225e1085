//! From the parser's events to the tree, without recursion, within the limits.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::limits::{MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_NODES, too_deep, too_large};
use super::offsets::Offsets;
use super::{Entry, Node, Value, fault, functions, scalar};
use crate::diagnostic::{Finding, Span};

/// Whose file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Whose {
    /// `branchline.yml`, in YAML 1.2.
    #[default]
    Ours,
    /// Another tool's, whose decoder knows merge keys.
    Others,
    /// A template of CloudFormation, in which tags are functions and keys may be numbers.
    Template,
}

/// The tree of a text within the byte limit, and what is wrong with it as YAML.
pub(super) fn build(text: &str, whose: Whose) -> (Option<Node>, Vec<Finding>) {
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let offsets = Offsets::new(text, skipped);
    let mut builder = Builder { whose, ..Builder::default() };
    let mut documents = 0;
    let mut parser = Parser::new_from_str(&text[skipped..]);
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok((event, span)) => (event, offsets.span(span)),
            Err(error) => {
                let at = offsets.byte(error.marker().index());
                builder.findings.push(fault::explain(text, at, error.info()));
                return (None, builder.findings);
            }
        };
        if let Event::DocumentStart(_) = event {
            documents += 1;
            if documents > 1 {
                builder.findings.push(second_document(span));
                break;
            }
        }
        if let Err(finding) = builder.take(event, span) {
            builder.findings.push(*finding);
            return (None, builder.findings);
        }
    }
    let root = builder.root.filter(|root| root.value != Value::Null);
    if root.is_none() {
        builder.findings.push(
            Finding::error("BL007", Span::default(), "the file is empty")
                .because("there is no configuration in it")
                .help("start from the smallest one that works, examples/single-account/branchline.yml"),
        );
    }
    (root, builder.findings)
}

/// A list or a mapping that is not closed yet.
struct Frame {
    content: Content,
    start: Span,
    anchor: usize,
    /// What had been counted before it began.
    before: Count,
    /// How many levels of lists and mappings are inside, itself included.
    height: usize,
    /// The function whose argument it is.
    function: Option<&'static str>,
}

enum Content {
    List(Vec<Node>),
    Mapping { entries: Vec<Entry>, seen: BTreeMap<String, Span>, pending: Pending },
}

/// What a mapping waits for.
enum Pending {
    Key,
    /// The value of this key; `None` where the key could not be one, and the value is dropped.
    Value(Option<(String, Span)>),
}

/// How much the tree holds.
#[derive(Clone, Copy, Default)]
struct Count {
    nodes: usize,
    bytes: usize,
}

/// What an alias stands for.
struct Anchored {
    node: Node,
    size: Count,
    height: usize,
}

#[derive(Default)]
struct Builder {
    whose: Whose,
    findings: Vec<Finding>,
    stack: Vec<Frame>,
    root: Option<Node>,
    count: Count,
    /// By the parser's number. An anchor that is begun and not in here is still open.
    anchors: BTreeMap<usize, Anchored>,
}

impl Builder {
    /// Takes one event; an error ends the reading.
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Finding>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let before = self.count;
                self.grow(Count { nodes: 1, bytes: text.len() }, span)?;
                let is_plain = style == ScalarStyle::Plain;
                let is_tagged = tag.is_some();
                let function = self.function(tag.as_deref(), span)?;
                let value = if is_plain && !is_tagged {
                    scalar::plain(&text)
                } else {
                    Value::Text(text.into_owned())
                };
                let node = Node { span, value };
                match function {
                    Some(key) => self.close(functions::long_form(key, node), anchor, before, 1, false),
                    None => self.close(node, anchor, before, 0, is_plain),
                }
            }
            Event::SequenceStart(anchor, tag) => {
                let function = self.function(tag.as_deref(), span)?;
                self.open(Content::List(Vec::new()), span, anchor, function)?;
            }
            Event::MappingStart(anchor, tag) => {
                let content =
                    Content::Mapping { entries: Vec::new(), seen: BTreeMap::new(), pending: Pending::Key };
                let function = self.function(tag.as_deref(), span)?;
                self.open(content, span, anchor, function)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn open(
        &mut self,
        content: Content,
        span: Span,
        anchor: usize,
        function: Option<&'static str>,
    ) -> Result<(), Box<Finding>> {
        if self.stack.len() == MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        let before = self.count;
        self.grow(Count { nodes: 1, bytes: 0 }, span)?;
        self.stack.push(Frame { content, start: span, anchor, before, height: 1, function });
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(frame) = self.stack.pop() else { return };
        // A block ends where the next token begins, lines later; its last value says where it ends for a reader.
        let is_flow = span.end > span.start;
        let (value, last) = match frame.content {
            Content::List(items) => {
                let last = items.last().map(|item| item.span.end);
                (Value::List(items), last)
            }
            Content::Mapping { entries, .. } => {
                let last = entries.last().map(|entry| entry.node.span.end.max(entry.key_span.end));
                let entries = if self.whose == Whose::Ours { entries } else { merged(entries) };
                (Value::Mapping(entries), last)
            }
        };
        let end = if is_flow { span.end } else { last.unwrap_or(frame.start.end) };
        let span = Span { start: frame.start.start, end: end.max(frame.start.start) };
        let node = Node { span, value };
        match frame.function {
            Some(key) => {
                let node = functions::long_form(key, node);
                self.close(node, frame.anchor, frame.before, frame.height + 1, false);
            }
            None => self.close(node, frame.anchor, frame.before, frame.height, false),
        }
    }

    /// The function that a tag is, where the file may have some; any other tag is refused.
    fn function(&mut self, tag: Option<&Tag>, span: Span) -> Result<Option<&'static str>, Box<Finding>> {
        let Some(tag) = tag else { return Ok(None) };
        let function = if self.whose == Whose::Template { functions::key_of(tag) } else { None };
        match function {
            // Its mapping and the key in it.
            Some(key) => self.grow(Count { nodes: 2, bytes: key.len() }, span)?,
            None => self.refuse_tag(span),
        }
        Ok(function)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Box<Finding>> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let finding = Finding::error("BL009", span, "an alias stands inside what it names")
                .because("filled in, this would never end")
                .help("write the value itself here");
            return Err(Box::new(finding));
        };
        let (size, height) = (anchored.size, anchored.height);
        if self.stack.len() + height > MAX_DEPTH {
            return Err(Box::new(too_deep(span)));
        }
        self.grow(size, span)?;
        if let Some(anchored) = self.anchors.get(&anchor) {
            let node = anchored.node.clone();
            self.deliver(node, height, false);
        }
        Ok(())
    }

    /// A value is complete: its anchor, if it has one, can be named from now on.
    fn close(&mut self, node: Node, anchor: usize, before: Count, height: usize, is_plain: bool) {
        if anchor != 0 {
            let size =
                Count { nodes: self.count.nodes - before.nodes, bytes: self.count.bytes - before.bytes };
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        self.deliver(node, height, is_plain);
    }

    /// Hands a complete value to the list or mapping around it.
    fn deliver(&mut self, node: Node, height: usize, is_plain: bool) {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.height = frame.height.max(height + 1);
        match &mut frame.content {
            Content::List(items) => items.push(node),
            Content::Mapping { entries, seen, pending } => {
                *pending = match std::mem::replace(pending, Pending::Key) {
                    Pending::Key => Pending::Value(key(node, is_plain, seen, self.whose, &mut self.findings)),
                    Pending::Value(key) => {
                        if let Some((key, key_span)) = key {
                            entries.push(Entry { key, key_span, node });
                        }
                        Pending::Key
                    }
                };
            }
        }
    }

    fn grow(&mut self, by: Count, span: Span) -> Result<(), Box<Finding>> {
        self.count.nodes += by.nodes;
        self.count.bytes += by.bytes;
        let expanded =
            "write fewer values, or smaller ones under an anchor: an alias counts as much as what it names";
        if self.count.nodes > MAX_NODES {
            return Err(Box::new(too_large(
                span,
                format!("the file has more than {MAX_NODES} values"),
                expanded,
            )));
        }
        if self.count.bytes > MAX_EXPANDED_BYTES {
            let message =
                format!("the file has more than {MAX_EXPANDED_BYTES} bytes once its aliases are filled in");
            return Err(Box::new(too_large(span, message, expanded)));
        }
        Ok(())
    }

    fn refuse_tag(&mut self, span: Span) {
        self.findings.push(
            Finding::error("BL005", span, "tags are not used in this file")
                .because("this value has a tag, a word that begins with `!`")
                .help(
                    "delete the tag; put text that begins with `!` in quotes; in an override, CloudFormation's functions \
                     stand in their long form, `Fn::Sub: …` for `!Sub …`",
                ),
        );
    }
}

/// YAML 1.1's merge key (<https://yaml.org/type/merge.html>).
const MERGE: &str = "<<";

/// A mapping's entries with those that its merge keys bring in. What is written out wins, then what is brought in first.
fn merged(entries: Vec<Entry>) -> Vec<Entry> {
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == MERGE);
    for Entry { node, .. } in merges {
        let brought = match node.value {
            Value::List(items) => items,
            _ => vec![node],
        };
        for node in brought {
            let Value::Mapping(entries) = node.value else { continue };
            for entry in entries {
                if own.iter().all(|there| there.key != entry.key) {
                    own.push(entry);
                }
            }
        }
    }
    own
}

/// The key that a value is; `None`, and a finding, where it cannot be one or stands there already.
fn key(
    node: Node,
    is_plain: bool,
    seen: &mut BTreeMap<String, Span>,
    whose: Whose,
    findings: &mut Vec<Finding>,
) -> Option<(String, Span)> {
    let key = match node.value {
        Value::Text(text) if text == MERGE && is_plain && whose == Whose::Ours => {
            findings.push(
                Finding::error("BL003", node.span, "merge keys are not used in this file")
                    .because("YAML 1.2 has no merge key")
                    .help("write the settings out; a single value may be an alias (`*name`)"),
            );
            return None;
        }
        Value::Text(text) => text,
        Value::Integer(text) | Value::Float(text) if whose == Whose::Template => text,
        Value::Integer(text) | Value::Float(text) => {
            findings.push(
                Finding::error("BL004", node.span, format!("the key `{text}` is a number, not text"))
                    .because("keys are text")
                    .help(format!("write it in quotes: `\"{text}\":`")),
            );
            text
        }
        Value::Bool(_) | Value::Null | Value::List(_) | Value::Mapping(_) => {
            let (found, help) = match node.value {
                Value::Bool(value) => ("a truth value", format!("write it in quotes: `\"{value}\":`")),
                Value::Null => ("nothing", "write a name before the `:`".to_owned()),
                _ => (
                    "a list or a mapping",
                    "write a plain name before the `:`; text that begins with `{` or `[` has to be in quotes"
                        .to_owned(),
                ),
            };
            findings.push(
                Finding::error("BL004", node.span, format!("a key is {found}, not text"))
                    .because("keys are text")
                    .help(help),
            );
            return None;
        }
    };
    if let Some(first) = seen.get(&key) {
        findings.push(
            Finding::error(
                "BL002",
                node.span,
                format!("the key {} stands here twice", crate::diagnostic::shown(&key)),
            )
            .because("the second one")
            .related(*first, "first written here")
            .help("keep one of the two, or merge what they say"),
        );
        return None;
    }
    seen.insert(key.clone(), node.span);
    Some((key, node.span))
}

fn second_document(span: Span) -> Finding {
    Finding::error("BL006", span, "the file holds more than one document")
        .because("a second document begins here")
        .help("delete the `---` between them, or move the second one to a file of its own")
}
