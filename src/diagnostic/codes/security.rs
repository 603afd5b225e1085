//! `BL5xx`: security.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL501",
        "artifacts of two pipelines in one folder",
        "Each pipeline's roles reach the artifacts of their own pipeline alone, by the folder that they lie in. CodePipeline names it after the first 20 characters of the pipeline's name, so two pipelines whose names begin alike share one, and a build of the one can replace what the other is about to deploy.",
    ),
    code(
        "BL510",
        "role that pipelines share",
        "The roles that branchline makes are each for one pipeline, which reaches its own artifacts and environments alone. An existing role of all pipelines may do what any of them has to, so a build of `develop` could replace what `release/*` deploys.",
    ),
    code(
        "BL511",
        "role that environments share",
        "The roles that branchline makes are each for one environment. An existing role that two environments name may do in both what either needs, and trusts the pipelines of both.",
    ),
    code(
        "BL514",
        "wide statement without a reason",
        "The commands of a deploy may do what their statements say. A wildcard among the actions, or a resource that is everything, reaches beyond what they deploy; where it has to be, a `reason` says why.",
    ),
];
