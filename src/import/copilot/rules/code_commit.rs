//! Pipelines that read a repository in CodeCommit.

use super::super::super::draft::{Draft, Source};
use super::super::super::remark::{Remark, Weight};

/// What starts them afterwards. Copilot's source action leaves `PollForSourceChanges` to AWS, which polls then.
pub(super) const STARTS: &str =
    "a rule of EventBridge's starts it now, as soon as its branch moves; the pipeline's stack has it";

/// Whether two pipelines read the same repository. An address may leave out the region.
pub(super) fn is_same(one: &Source, other: &Source) -> bool {
    let region = |source: &Source| source.region.as_ref().map(|(region, _)| region.clone());
    let regions = (region(one), region(other));
    let is_one_region = !matches!(regions, (Some(one), Some(other)) if one != other);
    one.repository == other.repository && one.provider == other.provider && is_one_region
}

/// A repository in words.
pub(super) fn said(source: &Source) -> String {
    match &source.region {
        Some((region, _)) => format!("`{}` in {region}", source.repository),
        None => format!("`{}`", source.repository),
    }
}

/// That the pipelines would be in another region than the repository; `None` where they are not.
pub fn elsewhere(draft: &Draft, region: &str) -> Option<Remark> {
    let source = draft.source.as_ref()?;
    let (own, place) = source.region.as_ref().filter(|(own, _)| own != region)?;
    Some(Remark {
        weight: Weight::Lost,
        what: format!(
            "the repository `{}` is in {own}, and the pipelines would be in {region}",
            source.repository
        ),
        help: format!(
            "a pipeline reads CodeCommit in its own region alone: give `--region {own}`, or the repository in {region} its commits"
        ),
        place: Some(place.clone()),
    })
}
