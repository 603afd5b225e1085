//! Where artifacts lie: the bucket and the key of a region, ours or existing ones.

use super::names;
use super::text::{Place, Text};
use crate::config::Config;

/// The name of the artifact bucket of a place, which is in the pipelines' account.
pub fn bucket(config: &Config, at: &Place) -> Text {
    match config.existing.bucket(at.region()) {
        Some(name) => Text::from(name),
        None => names::artifact_bucket(&config.stem, at),
    }
}

/// Its ARN.
pub fn bucket_arn(config: &Config, at: &Place) -> Text {
    Text::bucket_arn(bucket(config, at))
}

/// The ARN of the region's key, where that exists, in the partition of whoever names it.
pub fn existing_key(config: &Config, at: &Place) -> Option<Text> {
    let (_, key) = config.existing.key(at.region())?.split_once(":key/")?;
    Some(at.arn("kms", format!("key/{key}")))
}

/// The ARN of the region's key: the existing one's, or what the base stack will know.
pub fn key(config: &Config, at: &Place) -> Text {
    existing_key(config, at).unwrap_or_else(|| at.artifact_key())
}
