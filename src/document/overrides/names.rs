//! Which documents can be patched, and which belong together.

use serde_json::Value;

use crate::config::Override;
use crate::diagnostic::{Finding, shown};
use crate::pipeline::text::Place;
use crate::pipeline::{Plan, names as pipeline_names};

/// Documents that are named where another one is not there.
const NAMED: usize = 8;

/// The finding for an override whose document is not generated, or is none that can be patched.
pub(super) fn unknown(plan: &Plan, one: &Override) -> Finding {
    let name = one.document.as_str();
    let finding = Finding::error("BL091", one.place, format!("no document {} can be patched", shown(name)));
    let file = name.rsplit('/').next().unwrap_or_default();
    if name.contains(['*', '?', '[', '{']) {
        return finding
            .because("an override names one document, so that it fails when it no longer fits")
            .help("write an override for each document; `patch` may be an alias: `patch: *mine`");
    }
    if file == "README.md" {
        return finding
            .because("it is for people, and nothing is made from it")
            .help("write what people should know into a page of your own");
    }
    if file.starts_with("buildspec-") {
        return finding
            .because("all pipelines of the app share its buildspecs, and stacks carry them too")
            .help("change `build`, `test` or `migrate`, from which they are made");
    }
    let all = all(plan);
    let near = all
        .iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    let help = match (all.iter().find(|known| name.ends_with(&format!("/{known}"))), near) {
        (Some(known), _) => format!("write its path below the output folder: {}", shown(known)),
        (None, Some((_, known))) => format!("did you mean {}?", shown(known)),
        (None, None) => {
            let some: Vec<String> = all.iter().take(NAMED).map(|known| shown(known)).collect();
            let more = if all.len() > NAMED { " and more" } else { "" };
            format!("write the path of a generated file: {}{more}", some.join(", "))
        }
    };
    finding.because("nothing of this name is generated").help(help)
}

/// The base of another region.
pub(super) fn of_base(at: &Place) -> String {
    pipeline_names::base_template(Some(at.region()))
}

/// The documents that can be patched, in the order in which they are generated. Not all of thousands: a name is looked for
/// among them.
fn all(plan: &Plan) -> Vec<String> {
    const MOST: usize = 300;
    let environments = plan.environments().map(|place| format!("environments/{}.yml", place.name));
    let pipelines = plan.map.entries.iter().flat_map(|entry| {
        ["yml", "json"].map(|extension| format!("{}/pipeline.{extension}", entry.pipeline))
    });
    let bases: Vec<String> = plan.further_places().iter().map(of_base).collect();
    std::iter::once("base.yml".to_owned())
        .chain(bases)
        .chain(environments)
        .chain(pipelines)
        .take(MOST)
        .collect()
}

/// A pipeline is declared twice, in its stack and as JSON. A patch of one says nothing of the other.
pub(super) fn left_behind(plan: &Plan, before: &Value, after: &Value, one: &Override) -> Option<Finding> {
    let (other, place) = match one.document.strip_suffix(".json") {
        Some(stem) => (format!("{stem}.yml"), "/pipeline"),
        None => (
            format!("{}.json", one.document.strip_suffix("pipeline.yml")?.to_owned() + "pipeline"),
            "/Resources/Pipeline/Properties",
        ),
    };
    let is_patched = plan.config.overrides.iter().any(|it| it.document == other);
    let differs = before.pointer(place) != after.pointer(place);
    (differs && !is_patched).then(|| {
        Finding::warning(
            "BL227",
            one.place,
            format!("{} does not get this change of the pipeline", shown(&other)),
        )
        .because("the two would no longer declare the same pipeline")
        .help(format!("write an override for {} too, in its own spelling of the keys", shown(&other)))
    })
}
