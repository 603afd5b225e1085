//! Where an environment is.

/// The account and the region of an environment, where the map says them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// The account, twelve digits; `None` for the pipelines'.
    pub account: Option<String>,
    /// The region; `None` for the pipelines'.
    pub region: Option<String>,
}
