//! Text that is known only in part before the stacks stand.

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Known already.
    Literal(String),
    /// `aws`, `aws-cn` or `aws-us-gov`.
    Partition,
    /// The stack's region.
    Region,
    /// The stack's account.
    Account,
    /// `amazonaws.com`, as the partition has it.
    UrlSuffix,
    /// The ARN of the base stack's key.
    ArtifactKey,
    /// The ARN of the base stack's connection.
    Connection,
    /// What stands behind the `/` of that ARN.
    ConnectionId,
}

/// Text made of what is known and what a stack fills in: an ARN in an account whose partition is not ours to write.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Text(Vec<Part>);

impl Text {
    /// Text that is known.
    pub fn literal(text: impl Into<String>) -> Self {
        Text(vec![Part::Literal(text.into())])
    }

    /// One part that a stack fills in.
    pub fn part(part: Part) -> Self {
        Text(vec![part])
    }

    /// `arn:<partition>:<service>:<region>:<account>:<resource>` in the stack's own region and account.
    pub fn arn(service: &str, resource: impl Into<String>) -> Self {
        Text::literal("arn:")
            .and(Part::Partition)
            .text(format!(":{service}:"))
            .and(Part::Region)
            .text(":")
            .and(Part::Account)
            .text(format!(":{}", resource.into()))
    }

    /// `arn:<partition>:iam::<account>:<resource>`: IAM has no region.
    pub fn iam_arn(resource: impl Into<String>) -> Self {
        Text::literal("arn:")
            .and(Part::Partition)
            .text(":iam::")
            .and(Part::Account)
            .text(format!(":{}", resource.into()))
    }

    /// The ARN of a role by its name, with its path if it has one.
    pub fn role_arn(name: &str) -> Self {
        Text::iam_arn(format!("role/{}", name.trim_start_matches('/')))
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
    use super::{Part, Text};

    #[test]
    fn an_arn_is_filled_in_part_by_part() {
        let arn = Text::arn("ecs", "cluster/shop");
        let known = |part: &Part| match part {
            Part::Partition => "aws".to_owned(),
            Part::Region => "eu-west-1".to_owned(),
            _ => "111111111111".to_owned(),
        };
        assert_eq!(arn.resolve(known), "arn:aws:ecs:eu-west-1:111111111111:cluster/shop");
    }

    #[test]
    fn literals_side_by_side_become_one() {
        let text = Text::literal("a").then(Text::literal("b")).and(Part::Region).text("c").text("d");
        assert_eq!(text.parts(), [Part::Literal("ab".into()), Part::Region, Part::Literal("cd".into())]);
    }
}
