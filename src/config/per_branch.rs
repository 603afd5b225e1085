//! What bounds the pipelines of a rule's branches.

use super::PerBranch;

impl PerBranch {
    /// The most branches of a rule that may have a pipeline: the names of so many roles fit into the trust policy of an
    /// environment's role in every partition, of which IAM takes 2,048 characters (IAM quotas), with a little room for other rules.
    pub const MOST: u16 = 25;

    /// Characters of the app's name, with the prefix before it, that stand before the digits in the names of these pipelines. With
    /// a hyphen and the ten digits they are 20, and CodePipeline names the folder of a pipeline's artifacts after so many
    /// characters of the pipeline's name (docs/verified.md says who reports it).
    pub const STEM: usize = 9;
}
