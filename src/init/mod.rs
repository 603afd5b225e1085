//! From what a repository shows of itself to the commented text of a first `branchline.yml`.
//!
//! Pure: [`Seen`] is what `edge::survey` found, [`Found`] what follows from it, [`Answers`] what a person said or what is
//! taken for granted, and [`text`](fn@text::text) writes the file. Nothing is guessed silently: what cannot be read from
//! the repository stands in the file behind the word [`text::MARK`].

pub mod answers;
pub mod compose;
mod copilot;
pub mod dockerfile;
pub mod flow;
mod health;
mod images;
mod migrations;
mod paths;
mod seen;
mod service;
mod suites;
pub mod text;

pub use answers::Answers;
pub use copilot::Copilot;
pub use flow::Flow;
pub use migrations::Migration;
pub use seen::{Seen, is_read};
pub use service::Service;
pub use suites::Suite;

/// What follows from what was seen.
#[derive(Debug, Clone)]
pub struct Found {
    /// How the team branches.
    pub flow: Flow,
    /// The services, at least one. Those that have a port come first.
    pub services: Vec<Service>,
    /// The Dockerfiles of further services, which are not proposed: a file for so many is written by somebody who knows which.
    pub left_out: Vec<String>,
    /// Whether the services were found, or there is no Dockerfile and one is taken for granted.
    pub has_dockerfile: bool,
    /// Every migration tool that was found, the one that is proposed first.
    pub migrations: Vec<Migration>,
    /// Every way to test that was found, the one that is proposed first.
    pub suites: Vec<Suite>,
    /// The files of AWS Copilot, when there are some.
    pub copilot: Option<Copilot>,
}

impl Found {
    /// Draws the conclusions.
    pub fn of(seen: &Seen) -> Self {
        let images::Images { services, left_out, has_any } = images::find(seen);
        Found {
            flow: flow::guess(seen),
            migrations: migrations::find(seen),
            suites: suites::find(seen),
            copilot: copilot::find(seen),
            services,
            left_out,
            has_dockerfile: has_any,
        }
    }

    /// The migration's command that is proposed, as it is run in the image of its service.
    pub fn migrate(&self) -> Option<String> {
        self.migrations.first().map(|migration| text::proposal(self, migration))
    }
}
