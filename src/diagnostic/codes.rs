//! Every code a finding may have. A code is never used again for something else.

mod aws;
mod branch_map;
mod configuration;
mod declaration;
mod git;
mod parity;
mod security;
mod templates;

/// A code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `BL012`.
    pub code: &'static str,
    /// Its title: what is wrong, in a few words.
    pub title: &'static str,
    /// Why it matters and what to do, in one paragraph.
    pub explanation: &'static str,
}

/// The code's entry; `None` for an unknown one.
pub fn find(code: &str) -> Option<&'static Code> {
    CODES.iter().find(|entry| entry.code == code)
}

const fn code(code: &'static str, title: &'static str, explanation: &'static str) -> Code {
    Code { code, title, explanation }
}

/// The codes of each hundred, in order.
const FAMILIES: [&[Code]; 8] = [
    configuration::CODES,
    branch_map::CODES,
    declaration::CODES,
    templates::CODES,
    security::CODES,
    git::CODES,
    parity::CODES,
    aws::CODES,
];

/// All codes, in order. `BL0xx`: the configuration; `BL1xx`: the branch map; `BL2xx`: what AWS would be told; `BL3xx`:
/// copies of shell steps; `BL5xx`: security; `BL6xx`: git; `BL7xx`: parity; `BL9xx`: what AWS has.
pub const CODES: &[Code] = &joined::<{ count() }>();

/// How many codes there are.
const fn count() -> usize {
    let (mut count, mut family) = (0, 0);
    while family < FAMILIES.len() {
        count += FAMILIES[family].len();
        family += 1;
    }
    count
}

/// The families one after another. Loops are written out: constants know no iterators.
const fn joined<const COUNT: usize>() -> [Code; COUNT] {
    let mut all = [FAMILIES[0][0]; COUNT];
    let (mut next, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut at = 0;
        while at < FAMILIES[family].len() {
            all[next] = FAMILIES[family][at];
            next += 1;
            at += 1;
        }
        family += 1;
    }
    all
}
