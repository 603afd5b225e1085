//! Names of branchline's own, made of what other tools call things.

/// The most characters of an environment's or a service's name.
pub(super) const LONGEST: usize = 30;

/// A name of lowercase letters, digits and single hyphens that begins with a letter, of at most so many characters, made of a text.
/// What is too long loses words at its beginning, since the end tells what is meant: `/banking/eu/production`. `other` stands for a
/// text without a letter or digit.
pub(super) fn name(text: &str, longest: usize, other: &str) -> String {
    let small = text.to_ascii_lowercase();
    let words = small.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<&str> = words.collect();
    let length = |words: &[&str]| words.iter().map(|word| word.len() + 1).sum::<usize>().saturating_sub(1);
    while words.len() > 1 && length(&words) > longest {
        words.remove(0);
    }
    let mut name = words.join("-");
    if name.is_empty() {
        other.clone_into(&mut name);
    }
    if !name.starts_with(|one: char| one.is_ascii_lowercase()) {
        name = format!("{other}-{name}");
    }
    name.truncate(longest);
    name.trim_end_matches('-').to_owned()
}

/// A name that none of those taken is: with a number behind it where it has to.
pub(super) fn free(name: String, longest: usize, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(&name) {
        return name;
    }
    let numbered = (2_usize..).map(|number| {
        let end = format!("-{number}");
        let kept = name.get(..name.len().min(longest - end.len())).unwrap_or(&name);
        format!("{}{end}", kept.trim_end_matches('-'))
    });
    numbered.into_iter().find(|name| !is_taken(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_the_form_that_branchline_asks_for_whatever_they_are_made_of() {
        for (text, made) in [
            ("/banking/Production", "banking-production"),
            ("/a-very-long-organisation/with/many/units/production", "with-many-units-production"),
            ("/", "other"),
            ("012345678901", "other-012345678901"),
            ("$(reboot)\u{202e}\n--x", "reboot-x"),
            ("abcdefghijklmnopqrstuvwxyzabcdefghij", "abcdefghijklmnopqrstuvwxyzabcd"),
        ] {
            assert_eq!(name(text, LONGEST, "other"), made);
        }
    }

    #[test]
    fn a_name_that_is_taken_gets_a_number_and_stays_short_enough() {
        let long = "a".repeat(30);
        let made = free(long.clone(), LONGEST, |name| name == long);
        assert_eq!(made, format!("{}-2", "a".repeat(28)));
        assert_eq!(free("dev".to_owned(), LONGEST, |name| ["dev", "dev-2"].contains(&name)), "dev-3");
    }
}
