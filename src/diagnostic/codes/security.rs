//! `BL5xx`: security.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[code(
    "BL501",
    "artifacts of two pipelines in one folder",
    "Each pipeline's roles reach the artifacts of their own pipeline alone, by the folder that they lie in. CodePipeline names it after the first 20 characters of the pipeline's name, so two pipelines whose names begin alike share one, and a build of the one can replace what the other is about to deploy.",
)];
