//! The ways in which people speak of environments: `prod`, `live` and `production` are one place.

/// Names under which people speak of an environment, each group of one.
pub const ALIKE: [&[&str]; 4] = [
    &["dev", "develop", "development"],
    &["staging", "stage", "stg"],
    &["production", "prod", "prd", "live"],
    &["test", "qa"],
];

/// Whether one of the words of a name is the environment's.
pub fn speaks_of(name: &str, environment: &str) -> bool {
    let mut words = words(name);
    let alike = group(environment).unwrap_or_default();
    words.any(|word| word == environment || alike.contains(&word))
}

/// The group that a word is of, in small letters.
pub fn group(word: &str) -> Option<&'static [&'static str]> {
    ALIKE.into_iter().find(|names| names.contains(&word))
}

/// The words of a name that speak of an environment, as they are written there.
pub fn spoken(name: &str) -> impl Iterator<Item = &str> {
    words(name).filter(|word| group(&word.to_ascii_lowercase()).is_some())
}

/// Whether two words speak of one environment.
pub fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    one == other || group(&one).is_some_and(|names| names.contains(&other.as_str()))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|one: char| !one.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_environment_are_alike_and_parts_of_words_are_none() {
        assert!(speaks_of("shop-prod", "production") && !speaks_of("shop-products", "production"));
        assert!(are_alike("STG", "staging") && !are_alike("staging", "production"));
        assert_eq!(spoken("shop-prod/api_stg").collect::<Vec<_>>(), ["prod", "stg"]);
    }
}
