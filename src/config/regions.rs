//! The regions that AWS has.

/// Every region of every partition, sorted: `partitions.json` and `endpoints.json` of botocore 1.44.5, read on 2026-11-23.
/// AWS adds some each year, so one that is not among them may exist.
const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "me-west-1",
    "mx-central-1",
    "sa-east-1",
    "sa-west-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// Whether a text has the form of a region's code, so that it may become part of an address; AWS may have no such region.
pub fn is_region(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    text.len() <= 32
        && text.starts_with(|letter: char| letter.is_ascii_lowercase())
        && text.chars().all(is_inside)
}

/// Whether AWS had the region when the list was made.
pub(super) fn is_known(region: &str) -> bool {
    REGIONS.binary_search(&region).is_ok()
}

/// The known region whose code is most like a text.
pub(super) fn nearest(text: &str) -> Option<&'static str> {
    // The same direction matters more than the same number: `eu-wst-1` is `eu-west-1`, and not `us-west-1`.
    REGIONS.iter().copied().max_by(|one, other| {
        let likeness = |region: &str| strsim::jaro_winkler(region, text);
        // Of those equally like it the first.
        likeness(one).total_cmp(&likeness(other)).then_with(|| other.cmp(one))
    })
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, is_known, nearest};

    #[test]
    fn the_list_is_sorted_and_a_region_is_known_or_has_one_like_it() {
        assert!(REGIONS.is_sorted());
        assert!(is_known("eu-west-1") && is_known("cn-north-1") && !is_known("eu-west-9"));
        for (text, like) in [
            ("eu-wst-1", "eu-west-1"),
            ("ap-notheast-1", "ap-northeast-1"),
            ("us-eats-1", "us-east-1"),
            ("eu-west-9", "eu-west-1"),
        ] {
            assert_eq!(nearest(text), Some(like), "{text}");
        }
    }
}
