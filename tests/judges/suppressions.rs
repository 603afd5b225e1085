//! The table of docs/suppressions.md against what is really suppressed.

use crate::court::Suppression;

/// The rows of the table: `| tool | check | where | why |`. Panics where a row does not say why.
pub(crate) fn rows() -> Vec<Suppression> {
    parse(include_str!("../../docs/suppressions.md"))
}

fn parse(page: &str) -> Vec<Suppression> {
    let rows = page.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|line| {
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
        let [tool, id, place, why] = cells.as_slice() else { panic!("a row has four cells: {line}") };
        assert!(why.split_whitespace().count() >= 5, "a suppression is argued, not only named: {line}");
        Suppression { tool: tool.clone(), id: id.clone(), place: place.clone() }
    })
    .collect()
}

/// What is suppressed without a row, and the rows that suppress nothing. A row's place may hold one `*`.
pub(crate) fn differences(rows: &[Suppression], in_force: &[Suppression]) -> Vec<String> {
    let covers = |row: &Suppression, other: &Suppression| {
        row.tool == other.tool && row.id == other.id && matches(&row.place, &other.place)
    };
    let name = |s: &Suppression| format!("{} {} at {}", s.tool, s.id, s.place);
    let unargued = in_force.iter().filter(|other| !rows.iter().any(|row| covers(row, other)));
    let unused = rows.iter().filter(|row| !in_force.iter().any(|other| covers(row, other)));
    let unargued = unargued.map(|other| format!("no row argues for {}", name(other)));
    unargued.chain(unused.map(|row| format!("nothing uses the row {}", name(row)))).collect()
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
        }
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use super::{differences, parse};
    use crate::court::Suppression;

    fn suppression(id: &str, place: &str) -> Suppression {
        Suppression { tool: "checkov".to_owned(), id: id.to_owned(), place: place.to_owned() }
    }

    #[test]
    fn a_skip_without_a_row_and_a_row_without_a_skip_are_both_told() {
        let rows = [suppression("CKV_AWS_18", "ArtifactBucket"), suppression("CKV_AWS_51", "*Cache")];
        let in_force = [suppression("CKV_AWS_18", "OtherBucket"), suppression("CKV_AWS_51", "ApiCache")];
        let told = differences(&rows, &in_force);
        assert_eq!(
            told,
            [
                "no row argues for checkov CKV_AWS_18 at OtherBucket",
                "nothing uses the row checkov CKV_AWS_18 at ArtifactBucket",
            ]
        );
    }

    #[test]
    fn a_row_is_read_without_its_marks() {
        let page = "| tool | check | where | why |\n| --- | --- | --- | --- |\n| checkov | `A` | `B` | one two three four five |\n";
        assert_eq!(parse(page), [suppression("A", "B")]);
    }

    #[test]
    #[should_panic(expected = "argued")]
    fn a_row_that_does_not_say_why_is_refused() {
        parse("| tool | check | where | why |\n| --- | --- | --- | --- |\n| checkov | A | B | noise |\n");
    }
}
