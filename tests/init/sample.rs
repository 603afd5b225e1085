//! A sample repository.

use crate::place::{Place, Run};

/// What a script says where nobody can be asked.
pub(crate) const TOLD: [&str; 4] = ["--account", "111122223333", "--region", "eu-west-1"];

/// What stands in a repository, and what git knows of it.
#[derive(Default)]
pub(crate) struct Sample {
    /// Files, by path.
    pub(crate) files: &'static [(&'static str, &'static str)],
    /// Branches beside `main`.
    pub(crate) branches: &'static [&'static str],
    /// Tags.
    pub(crate) tags: &'static [&'static str],
    /// The remote's address; none where it is empty.
    pub(crate) remote: &'static str,
}

impl Sample {
    /// The repository, in the folder `shop` of a place.
    pub(crate) fn place(&self) -> Place {
        let place = Place::new();
        place.git(".", &["init", "--quiet", "--initial-branch=main", "shop"]);
        for (path, text) in self.files {
            place.write(&format!("shop/{path}"), text);
        }
        place.write("shop/README.md", "shop\n");
        place.commit("shop", "first");
        for branch in self.branches {
            place.git("shop", &["branch", branch]);
        }
        for tag in self.tags {
            place.git("shop", &["tag", tag]);
        }
        if !self.remote.is_empty() {
            place.git("shop", &["remote", "add", "origin", self.remote]);
        }
        place
    }
}

/// Runs `init` with account and region, and more.
pub(crate) fn init(place: &Place, more: &[&str]) -> Run {
    let arguments: Vec<&str> = ["init"].into_iter().chain(TOLD).chain(more.iter().copied()).collect();
    place.branchline("shop", &arguments)
}

/// The file that was written.
pub(crate) fn written(place: &Place) -> String {
    std::fs::read_to_string(place.path("shop/branchline.yml")).unwrap()
}
