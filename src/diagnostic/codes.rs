//! Every code a finding may have. A code is never used again for something else.

/// A code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `BL012`.
    pub code: &'static str,
    /// Its title: what is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters and what to do, in one paragraph.
    pub explanation: &'static str,
}

/// The code's entry; `None` for an unknown one.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|entry| entry.code == code)
}

const fn code(code: &'static str, title: &'static str, explanation: &'static str) -> Code {
    Code { code, title, explanation }
}

/// All codes, in order. BL00x: the text, BL01x and BL02x: its shape.
pub const CODES: &[Code] = &[
    code(
        "BL001",
        "not valid YAML",
        "The file cannot be read as YAML 1.2. The place is where the reader gave up; the mistake is there or on a line above it. Nothing else in the file is judged until this is right.",
    ),
    code(
        "BL002",
        "duplicate key",
        "A key stands twice in one mapping. Many YAML readers silently keep the last one, which is how a setting gets lost in a merge. branchline keeps neither.",
    ),
    code(
        "BL003",
        "merge key",
        "`<<` merges mappings in YAML 1.1 and is an ordinary key in YAML 1.2, so what it does depends on the reader. Write the settings out, or put a single value under an anchor.",
    ),
    code(
        "BL004",
        "key that is not text",
        "A key is a number, a truth value, nothing, or a list or mapping. Branches such as `1.0` or `2026` have to be written in quotes.",
    ),
    code(
        "BL005",
        "tag",
        "A value has a YAML tag such as `!Ref` or `!!str`. Tags change what a value is without showing it; this file has no use for them. CloudFormation's functions do not work in it.",
    ),
    code(
        "BL006",
        "more than one document",
        "`---` begins a second document. Other readers would take the first or the last of them; branchline takes exactly one.",
    ),
    code(
        "BL007",
        "empty file",
        "The file holds nothing but spaces and comments. `branchline init` writes a configuration to start from.",
    ),
    code(
        "BL008",
        "limit exceeded",
        "The file is larger, deeper, or grows larger through aliases than any configuration a person writes. The limits keep a hostile file in a pull request from costing time or memory.",
    ),
    code(
        "BL009",
        "alias that leads nowhere",
        "An alias (`*name`) names an anchor (`&name`) that does not exist above it, or one that it stands inside of. Text that begins with `*`, such as a branch pattern, has to be written in quotes.",
    ),
    code(
        "BL010",
        "unknown key",
        "The key is none that branchline knows at this place. A misspelt key must not be ignored: the setting it was meant for would be missing in production.",
    ),
    code(
        "BL011",
        "not supported yet",
        "The key or word belongs to a later version of branchline. It is refused and not ignored, so that nobody relies on a protection that is not there. The help says what to do meanwhile.",
    ),
    code("BL012", "missing key", "A key without which branchline would have to guess is missing."),
    code(
        "BL013",
        "wrong type",
        "The value is of another kind than is expected here: text for a list, a number for text. YAML reads `true`, `null`, `012` and `1.0` as something else than text unless they are in quotes.",
    ),
    code(
        "BL014",
        "empty value",
        "There is nothing where something has to be: an empty list, mapping or text, or a key with nothing behind its colon. A key with nothing behind it is refused even where the key may be left out, because `approval:` alone reads like an approval and would be none.",
    ),
    code("BL015", "repeated item", "A list that is an order of different things has one of them twice."),
    code("BL016", "unknown word", "The value is none of the words that are possible here."),
    code(
        "BL017",
        "malformed value",
        "The text has not the form that AWS, git or branchline demand at this place: a name with characters that AWS refuses, an ARN of another service, a time without its unit.",
    ),
    code(
        "BL018",
        "unknown placeholder",
        "A `{placeholder}` is not one that is filled in here. It would reach AWS as it is written. Commands and variables are passed on as written, and have no placeholders.",
    ),
    code(
        "BL019",
        "malformed name",
        "The name of an environment, a service or a variable becomes a part of names in AWS or of a process's environment, which limits its characters. Names that AWS or branchline sets itself are reserved.",
    ),
    code(
        "BL020",
        "not exactly one of the choices",
        "The mapping is a choice: exactly one of its keys has to be there.",
    ),
    code(
        "BL021",
        "account id without quotes",
        "Without quotes YAML reads an account id as a number: zeros at its beginning are lost, and some readers take such a number as octal. In quotes it stays what it is.",
    ),
    code(
        "BL022",
        "unknown version of the format",
        "`version` says by which rules the file is read. This branchline reads version 1.",
    ),
];
