//! A file before it is sealed.
//!
//! Its digest takes longer than all else that is done for it, and is of no use where the very text is there already: most
//! runs seal a few files, or none.

use super::digest::{self, NoPlace};
use super::file::{File, RenderError};

/// A file whose text may still have room where its digest belongs.
pub struct Draft<'a>(File<'a>);

impl<'a> Draft<'a> {
    /// Of a file that began as [`digest::begin`] says, or is sealed already.
    pub(super) fn of(file: File<'a>) -> Self {
        Draft(file)
    }

    /// Its path below the output folder, with `/`.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Its whole text, but perhaps for the digits.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether these bytes are the file's, whatever digits they carry; see [`digest::is_same_but_digits`].
    pub fn is_there_but_for_digits(&self, there: &[u8]) -> bool {
        digest::is_same_but_digits(&self.0.path, there, &self.0.text)
    }

    /// The file with its digest. It is kept for a while, beside others, so it takes no more room than its text.
    pub fn sealed(mut self) -> Result<File<'a>, RenderError> {
        let text = std::mem::take(&mut self.0.text);
        let text = digest::finish(&self.0.path, text);
        self.0.text = text.map_err(|error: NoPlace| RenderError::of(&self.0.path, &error))?;
        self.0.text.shrink_to_fit();
        Ok(self.0)
    }
}

impl<'a> From<File<'a>> for Draft<'a> {
    fn from(sealed: File<'a>) -> Self {
        Draft(sealed)
    }
}
