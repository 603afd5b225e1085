//! Text that is known only in part before the stacks stand, and the places that it names.

use std::fmt;
use std::sync::Arc;

use crate::config::Partition;

/// An account and a region: where something stands.
///
/// An ARN is made from the place of what it names ([`Place::arn`]), never from the place of the stack it will be
/// written in. Each document compares the two: a stack writes its own account and region as pseudo parameters, and
/// any other as it is. So no statement can name the wrong account without naming the wrong place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    account: Arc<str>,
    region: Arc<str>,
}

impl Place {
    /// A place by its account's twelve digits and its region's code.
    pub fn new(account: &str, region: &str) -> Self {
        Place { account: account.into(), region: region.into() }
    }

    /// The account: twelve digits.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The region's code, such as `eu-west-1`.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same account in the region of another place.
    #[must_use]
    pub fn in_region_of(&self, other: &Place) -> Place {
        Place { account: self.account.clone(), region: other.region.clone() }
    }

    /// Whether the account is that of another place.
    pub fn shares_account_with(&self, other: &Place) -> bool {
        self.account == other.account
    }

    /// Whether the region is that of another place.
    pub fn shares_region_with(&self, other: &Place) -> bool {
        self.region == other.region
    }

    /// The partition, which the region decides.
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.region)
    }

    /// The account, as text.
    pub fn account_text(&self) -> Text {
        Text::part(Part::Account(self.account.clone()))
    }

    /// The region, as text.
    pub fn region_text(&self) -> Text {
        Text::part(Part::Region(self.region.clone()))
    }

    /// The ARN of the key that encrypts the artifacts in this region.
    pub fn artifact_key(&self) -> Text {
        Text::part(Part::ArtifactKey(self.region.clone()))
    }

    /// `arn:<partition>:<service>:<region>:<account>:<resource>`.
    pub fn arn(&self, service: &str, resource: impl Into<String>) -> Text {
        Text::literal("arn:")
            .and(Part::Partition)
            .text(format!(":{service}:"))
            .then(self.region_text())
            .text(":")
            .then(self.account_text())
            .text(format!(":{}", resource.into()))
    }

    /// `arn:<partition>:iam::<account>:<resource>`: IAM has no region.
    pub fn iam_arn(&self, resource: impl Into<String>) -> Text {
        Text::literal("arn:")
            .and(Part::Partition)
            .text(":iam::")
            .then(self.account_text())
            .text(format!(":{}", resource.into()))
    }

    /// The ARN of a role by its name, with its path if it has one.
    pub fn role_arn(&self, name: &str) -> Text {
        self.iam_arn(format!("role/{}", name.trim_start_matches('/')))
    }

    /// The account itself as a policy's principal: everybody in it whom its own policies allow.
    pub fn root_arn(&self) -> Text {
        self.iam_arn("root")
    }

    /// The image registry: `111111111111.dkr.ecr.eu-west-1.amazonaws.com`.
    pub fn registry(&self) -> Text {
        self.account_text().text(".dkr.ecr.").then(self.region_text()).text(".").and(Part::UrlSuffix)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "account {}, region {}", self.account, self.region)
    }
}

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known already.
    Literal(String),
    /// `aws`, `aws-cn` or `aws-us-gov`.
    Partition,
    /// A region.
    Region(Arc<str>),
    /// An account.
    Account(Arc<str>),
    /// `amazonaws.com`, as the partition has it.
    UrlSuffix,
    /// The ARN of the artifact key of a region, which that region's base stack makes.
    ArtifactKey(Arc<str>),
    /// The ARN of the base stack's connection.
    Connection,
    /// What stands behind the `/` of that ARN.
    ConnectionId,
}

/// Text made of what is known and what a stack fills in: an ARN whose partition is not ours to write.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Text(Vec<Part>);

impl Text {
    /// Text that is known.
    pub fn literal(text: impl Into<String>) -> Self {
        Text(vec![Part::Literal(text.into())])
    }

    /// `arn:<partition>:s3:::<bucket>`: a bucket's ARN names neither account nor region.
    pub fn bucket_arn(bucket: Text) -> Self {
        Text::literal("arn:").and(Part::Partition).text(":s3:::").then(bucket)
    }

    /// One part that a stack fills in.
    pub fn part(part: Part) -> Self {
        Text(vec![part])
    }

    /// With a part behind it.
    #[must_use]
    pub fn and(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }

    /// With known text behind it.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<str>) -> Self {
        if let Some(Part::Literal(last)) = self.0.last_mut() {
            last.push_str(text.as_ref());
        } else {
            self.0.push(Part::Literal(text.as_ref().to_owned()));
        }
        self
    }

    /// With another text behind it.
    #[must_use]
    pub fn then(self, other: Text) -> Self {
        other.0.into_iter().fold(self, |text, part| match part {
            Part::Literal(literal) => text.text(literal),
            part => text.and(part),
        })
    }

    /// Whether it is another text, or that text with a `/` and more behind it.
    pub fn is_within(&self, other: &Text) -> bool {
        let Some((last, before)) = other.0.split_last() else { return false };
        let Some(rest) = self.0.strip_prefix(before) else { return false };
        match (rest, last) {
            ([Part::Literal(own), ..], Part::Literal(last)) => {
                let behind = own.strip_prefix(last.as_str());
                behind.is_some_and(|behind| behind.starts_with('/') || behind.is_empty() && rest.len() == 1)
            }
            ([own], last) => own == last,
            ([own, Part::Literal(behind), ..], last) => own == last && behind.starts_with('/'),
            _ => false,
        }
    }

    /// The parts, no two literals side by side.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The text with every part replaced by what `known` says of it.
    pub fn resolve(&self, known: impl Fn(&Part) -> String) -> String {
        let piece = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            part => known(part),
        };
        self.0.iter().map(piece).collect()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::literal(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::literal(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Place, Text};

    #[test]
    fn an_arn_is_of_the_place_that_it_was_made_from() {
        let known = |part: &Part| match part {
            Part::Region(text) | Part::Account(text) => text.to_string(),
            _ => "aws".to_owned(),
        };
        let place = Place::new("111111111111", "eu-west-1");
        assert_eq!(
            place.arn("ecs", "cluster/shop").resolve(known),
            "arn:aws:ecs:eu-west-1:111111111111:cluster/shop"
        );
        assert_eq!(place.role_arn("/team/shop").resolve(known), "arn:aws:iam::111111111111:role/team/shop");
    }

    #[test]
    fn what_is_in_a_bucket_is_within_it_whether_its_name_is_known_or_filled_in() {
        let place = Place::new("111111111111", "eu-west-1");
        for bucket in [Text::from("shop"), Text::from("shop-").then(place.account_text())] {
            assert!(bucket.is_within(&bucket));
            assert!(bucket.clone().text("/folder/*").is_within(&bucket), "{bucket:?}");
            assert!(!bucket.clone().text("-other/folder/*").is_within(&bucket), "{bucket:?}");
            assert!(!bucket.is_within(&bucket.clone().text("/folder")));
            assert!(!bucket.clone().and(Part::Partition).is_within(&bucket));
        }
    }

    #[test]
    fn literals_side_by_side_become_one() {
        let text = Text::literal("a").then(Text::literal("b")).and(Part::Partition).text("c").text("d");
        assert_eq!(text.parts(), [Part::Literal("ab".into()), Part::Partition, Part::Literal("cd".into())]);
    }
}
