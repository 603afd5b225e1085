//! What a rule was in the other tool.

/// What a rule was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Was {
    /// A pipeline.
    #[default]
    Pipeline,
    /// A buildspec.
    Buildspec,
}

impl Was {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Was::Pipeline => "pipeline",
            Was::Buildspec => "buildspec",
        }
    }
}
