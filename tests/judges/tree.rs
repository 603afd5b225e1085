//! A tree of generated files, as the judges are told of it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::readings;

/// The files below a folder, under a name.
pub(crate) struct Tree {
    /// What findings call it.
    pub(crate) name: String,
    /// The folder.
    pub(crate) root: PathBuf,
    /// The judges that look at it; all of them where there is none.
    pub(crate) only: Vec<String>,
}

impl Tree {
    /// Every file's path below the root, with `/`, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.root, "", &mut found);
        found.sort();
        found
    }

    /// Its entry in the judges' manifest.
    pub(crate) fn manifest(&self) -> Value {
        let readings = readings::of(&self.root, &self.files());
        json!({ "name": self.name, "root": self.root, "only": self.only, "readings": readings })
    }
}

fn collect(folder: &Path, below: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let path = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("the kind of file is known").is_dir() {
            collect(&entry.path(), &format!("{path}/"), found);
        } else {
            found.push(path);
        }
    }
}
