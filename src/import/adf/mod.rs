//! Deployment maps of the AWS Deployment Framework (ADF).
//!
//! By its schema (`schema_validation.py`), what it makes of it (`target.py`, `pipeline.py`, `adf_default_pipeline.py`,
//! `adf_codepipeline.py`) and its user guide, version 4. ADF has one pipeline for one branch of one repository.

mod defaults;
pub mod draw;
mod known;
mod names;
pub mod pipeline;
mod steps;
pub mod target;
