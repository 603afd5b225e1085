//! What a person sees: in terminals of 80 and of 40 columns, with and without colours, with wide characters.
// Tests run the program.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

mod carets;
#[cfg(unix)]
#[allow(unreachable_pub)]
#[path = "../support/python.rs"]
mod python;
#[cfg(unix)]
mod screen;
