//! `BL3xx`: shell steps that a repository keeps copies of.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL301",
        "template that cannot be read",
        "A copy of a shell step below `.branchline/templates` is a Handlebars template, as the original is. A tag or a block in it is not closed, or is none.",
    ),
    code(
        "BL302",
        "name that a template has no value for",
        "A copy of a shell step asks for something that the configuration does not give to this step. Nothing is written for it, since a shell with a hole in it does something else.",
    ),
    code(
        "BL303",
        "template that does not go through a helper",
        "A value of the configuration enters a shell step through `sh`, which quotes it, or `identifier`, which refuses what is no name of a variable. Other helpers than those of the originals do not exist, and a helper refuses what it cannot take.",
    ),
    code(
        "BL304",
        "copy of an older step",
        "The first line of a copy says which original it was made from, and that has changed since. The copy still works as it did, and has none of what was changed.",
    ),
    code(
        "BL305",
        "copy of no step",
        "A file below `.branchline/templates` has the name of no step, so it would be read by nobody: it was mistyped, or the step has another name now.",
    ),
    code(
        "BL306",
        "step that does nothing",
        "A copy of a shell step holds nothing but blanks and comments. The pipeline would show the stage as done, with no migration run, no lock taken, no image kept.",
    ),
    code(
        "BL307",
        "step that no shell reads",
        "A quote or a here document of a copy never ends, its lines end as on Windows, or it holds a control character or one that turns the direction in which text is shown. The shell would run something else than what stands there, or nothing of it.",
    ),
    code(
        "BL308",
        "step that goes on behind a failure",
        "The original of a step ends at the first command that fails, by `set -euo pipefail`, and the copy does not say so. A migration that fails would be followed by the deploy.",
    ),
    code(
        "BL309",
        "quoted value inside of quotes",
        "`{{sh …}}` writes a word in quotes of its own. Inside of other quotes these protect nothing: what a value of the configuration holds is then read by the shell.",
    ),
];
