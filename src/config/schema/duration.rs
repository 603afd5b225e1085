//! Lengths of time.

/// The minutes of a length of time such as `30m`, `2h`, `1h30m` or `3d`; `None` when it is none, or is longer than `u32`.
///
/// Whole minutes, because CodePipeline and CodeBuild count their time-outs in minutes.
pub fn duration_minutes(text: &str) -> Option<u32> {
    let (days, rest) = match text.split_once('d') {
        Some((days, rest)) if days.len() <= 3 => (number(days)?, rest),
        Some(_) => return None,
        None => (0, text),
    };
    let (hours, rest) = match rest.split_once('h') {
        Some((hours, rest)) => (number(hours)?, rest),
        None => (0, rest),
    };
    let minutes = match rest.strip_suffix('m') {
        Some(minutes) => number(minutes)?,
        None if rest.is_empty() && text.ends_with(['d', 'h']) => 0,
        None => return None,
    };
    days.checked_mul(24)?.checked_add(hours)?.checked_mul(60)?.checked_add(minutes)
}

/// A number of at most four digits that does not begin with a zero.
fn number(text: &str) -> Option<u32> {
    let is_number = matches!(text.len(), 1..=4)
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::duration_minutes;

    #[test]
    fn hours_and_minutes_are_added_up() {
        for (text, minutes) in
            [("30m", 30), ("2h", 120), ("1h30m", 90), ("9999m", 9999), ("3d", 4320), ("1d2h3m", 1563)]
        {
            assert_eq!(duration_minutes(text), Some(minutes), "{text}");
        }
    }

    #[test]
    fn nothing_else_is_a_length_of_time() {
        for text in [
            "", "m", "h", "30", "90s", "0m", "030m", "1.5h", "30m2h", "30 m", "-1m", "+1m", "10000m", "1h0m",
            "1hm", "d", "0d", "1000d", "1h1d", "1d1", "1dm",
        ] {
            assert_eq!(duration_minutes(text), None, "{text}");
        }
    }
}
