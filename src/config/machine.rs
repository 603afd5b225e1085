//! The machine of a CodeBuild project: its size, its network, and what it keeps.

use super::raw::{RawCompute, RawVpc};

/// The machine of a CodeBuild project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its size.
    pub compute: RawCompute,
    /// Its image; `None` is AWS's own for the platform.
    pub image: Option<String>,
    /// Minutes until the build is stopped, 5 to 480.
    pub timeout: u32,
    /// Whether the file asks for Docker in it. Where an image is built or run, it is there without.
    pub privileged: bool,
    /// The network it runs in; `None` is none of one's own.
    pub vpc: Option<Vpc>,
    /// What is kept for the next run.
    pub cache: Option<Cache>,
}

/// A network, in the account and region of the project that runs in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vpc {
    /// The VPC's id.
    pub id: String,
    /// Ids of subnets; at least one, none twice.
    pub subnets: Vec<String>,
    /// Ids of security groups; at least one, none twice.
    pub security_groups: Vec<String>,
}

impl From<&RawVpc> for Vpc {
    fn from(raw: &RawVpc) -> Self {
        Vpc {
            id: raw.id.clone(),
            subnets: raw.subnets.iter().map(|subnet| subnet.0.clone()).collect(),
            security_groups: raw.security_groups.iter().map(|group| group.0.clone()).collect(),
        }
    }
}

/// What is kept for a project's next run, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cache {
    /// These paths, in the project's folder of the artifact bucket.
    Bucket(Vec<String>),
    /// On the build machine, as long as AWS keeps that.
    Machine {
        /// Docker's layers.
        layers: bool,
        /// These paths.
        paths: Vec<String>,
    },
}

impl Cache {
    /// The paths that the buildspec names.
    pub fn paths(&self) -> &[String] {
        match self {
            Cache::Bucket(paths) | Cache::Machine { paths, .. } => paths,
        }
    }
}
