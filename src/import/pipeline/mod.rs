//! Pipelines that exist already, whoever made them: by hand, by CDK, by a template.
//!
//! [`reading`] takes a `get-pipeline` answer or a template to [`model::Declared`]; [`stages`] finds in its stages the environments
//! that it comes to, [`triggers`] what starts it, and [`gather`] brings all pipelines together to one draft.

mod actions;
mod declaration;
mod gates;
pub mod gather;
mod image;
mod model;
mod names;
mod project;
pub mod reading;
mod services;
mod source;
mod stages;
mod template;
mod triggers;
