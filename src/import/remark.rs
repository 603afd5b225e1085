//! What a person has to know of what was read: what became of it, what was lost, what was wrong all along.

use serde::Serialize;

/// How much a remark matters, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It was wrong before the import: it did not do what it says.
    Mistake,
    /// It is not carried over, and somebody has to do something.
    Lost,
    /// It is carried over, and does something else than before in some way.
    Changed,
    /// It is carried over as it was.
    Kept,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The file, from the root of the repository.
    pub file: String,
    /// The branches that have it so, in their order; none where it is no file of a branch.
    pub branches: Vec<String>,
    /// The line, from 1; 0 where there are no lines, as in an answer of AWS.
    pub line: usize,
    /// The column in characters, from 1; 0 where there are none.
    pub column: usize,
}

impl Place {
    /// The file and the line, as people write them: `copilot/pipeline.yml:13`; without lines the file alone.
    pub fn spot(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }
}

/// One remark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Remark {
    /// How much it matters.
    pub weight: Weight,
    /// What it says, in a sentence without its full stop.
    pub what: String,
    /// What to do; empty where there is nothing to be done.
    pub help: String,
    /// Where; `None` where it is about no one place.
    pub place: Option<Place>,
}
