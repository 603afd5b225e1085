//! The branch map as a whole: what is wrong with it, what it says, and how `map` and `explain` tell it.

mod explain;
mod findings;
mod git;
mod map;
mod names;
mod sample;
