//! `platform-config.yml` of uktrade's platform-tools (`platform-helper`).
//!
//! By its schema (`platform_config_schema.py`, version 1) and the Terraform that reads it (`terraform/codebase-pipelines`,
//! `terraform/ecs-service`). A codebase is one repository, whose image is released to many services; branches and tags start its pipelines.

pub mod draw;
pub mod read;
mod services;
