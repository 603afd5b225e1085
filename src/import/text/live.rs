//! Writes what pipelines that run say beyond the map itself (`draft/live.rs`).

use super::list;
use crate::document::page::Page;
use crate::document::yaml::YamlError;
use crate::import::draft::live::EnvironmentSettings;

/// Whether an environment's settings have a line of their own in its mapping.
pub(super) fn has_lines(settings: Option<&EnvironmentSettings>) -> bool {
    let without = settings.map(|settings| EnvironmentSettings {
        notify: None,
        approval_timeout: None,
        ..settings.clone()
    });
    without.is_some_and(|settings| settings != EnvironmentSettings::default())
}

/// An environment's approval.
pub(super) fn approval(page: &mut Page, settings: Option<&EnvironmentSettings>) -> Result<(), YamlError> {
    let said = settings.map(|one| (&one.notify, &one.approval_timeout));
    let Some((notify, timeout)) = said.filter(|(notify, timeout)| notify.is_some() || timeout.is_some())
    else {
        page.line("approval: {}");
        return Ok(());
    };
    page.line("approval:");
    page.indented(|page| {
        [("notify", notify), ("timeout", timeout)]
            .into_iter()
            .try_for_each(|(key, value)| value.as_ref().map_or(Ok(()), |value| page.field(key, value)))
    })
}

/// What guards an environment.
pub(super) fn environment(page: &mut Page, settings: Option<&EnvironmentSettings>) -> Result<(), YamlError> {
    let Some(settings) = settings else { return Ok(()) };
    if let Some((cron, timezone)) = &settings.window {
        page.line("window:");
        page.indented(|page| {
            page.field("cron", cron)?;
            timezone.as_ref().map_or(Ok(()), |timezone| page.field("timezone", timezone))
        })?;
    }
    if !settings.alarms.is_empty() {
        list(page, "alarms", &settings.alarms)?;
    }
    if let Some(bake) = &settings.bake {
        page.field("bake", bake)?;
    }
    if settings.rolls_back {
        page.line("rollback: on_failure");
    }
    Ok(())
}
