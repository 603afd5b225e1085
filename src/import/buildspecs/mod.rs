//! Families of buildspecs: files that are nearly the same, one for each branch or environment.
//!
//! [`family`] finds them on every branch, [`reading`] reads one, [`compare`] says what is alike and what differs, [`commands`] says what
//! their shell does, [`mistakes`] what is wrong with it, and [`propose`] makes a draft of the map.

pub mod commands;
pub mod compare;
pub mod family;
mod gather;
mod member;
pub mod mistakes;
pub mod propose;
pub mod reading;
pub mod secret;
mod shell;

pub use gather::{Gathered, gather};
