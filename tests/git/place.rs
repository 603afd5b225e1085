//! A folder in which git makes repositories, and in which branchline is run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The smallest configuration; its repository is named, so that git need not be asked.
pub(crate) const NAMED: &str = "version: 1\napp: hello\nbranches: { main: [live], release/*: [live] }\nenvironments: { live: {} }\n\
    pipelines: { account: \"111122223333\", region: eu-west-1 }\nsource: { repository: acme/hello }\n\
    services: { web: { deploy: { ecs: { cluster: c, roles: [task] } } } }\n";

/// The same, and the git remote is asked for the repository.
pub(crate) fn unnamed() -> String {
    NAMED.replace("source: { repository: acme/hello }", "source: {}")
}

/// A temporary folder. Nothing of the person's own git configuration counts in it.
pub(crate) struct Place {
    home: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { home: tempfile::tempdir().unwrap() }
    }

    /// A place whose folder `shop` is a repository with this configuration in one commit on `main`.
    pub(crate) fn with(configuration: &str) -> Self {
        let place = Place::new();
        place.git(".", &["init", "--quiet", "--initial-branch=main", "shop"]);
        place.write("shop/branchline.yml", configuration);
        place.commit("shop", "first");
        place
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs git, which has to succeed. What it printed.
    pub(crate) fn git(&self, below: &str, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        command.envs(self.alone_in()).env_remove("GIT_DIR").env_remove("XDG_CONFIG_HOME");
        let output = command.args(arguments).current_dir(self.path(below)).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// Commits everything below a folder.
    pub(crate) fn commit(&self, below: &str, message: &str) {
        self.git(below, &["add", "--all"]);
        self.git(below, &["commit", "--quiet", "--message", message]);
    }

    /// Runs branchline. Its exit code, stdout and stderr.
    pub(crate) fn branchline(&self, below: &str, arguments: &[&str]) -> Run {
        self.branchline_fed(below, arguments, "")
    }

    /// The same with this text on its standard input.
    pub(crate) fn branchline_fed(&self, below: &str, arguments: &[&str], input: &str) -> Run {
        self.run(below, arguments, &[], input)
    }

    /// The same with these variables beside those of every run.
    pub(crate) fn branchline_with(&self, below: &str, arguments: &[&str], more: &[(&str, &str)]) -> Run {
        self.run(below, arguments, more, "")
    }

    fn run(&self, below: &str, arguments: &[&str], more: &[(&str, &str)], input: &str) -> Run {
        let mut command = assert_cmd::Command::new(assert_cmd::cargo::cargo_bin("branchline"));
        // `--remote` runs git, which is looked for there.
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().env("PATH", path).envs(self.alone_in()).envs(more.iter().copied());
        command.args(arguments).current_dir(self.path(below));
        let Output { status, stdout, stderr } = command.write_stdin(input).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
    }

    /// Variables under which nothing of the person's own git configuration counts.
    fn alone_in(&self) -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
        let own = [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "Test"),
            ("GIT_AUTHOR_EMAIL", "test@example.com"),
            ("GIT_COMMITTER_NAME", "Test"),
            ("GIT_COMMITTER_EMAIL", "test@example.com"),
            ("GIT_ALLOW_PROTOCOL", "file"),
        ];
        let home = ("HOME", self.home.path().into());
        own.into_iter().map(|(name, value)| (name, value.into())).chain([home])
    }
}

/// How a run of branchline ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// That it ended with this code and told the person all of this on stderr.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, said: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for words in said {
            assert!(self.stderr.contains(words), "`{words}` is not said:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains('\u{1b}'), "{}", self.stderr);
    }

    /// What it printed, when it ended well.
    #[track_caller]
    pub(crate) fn done(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.stdout
    }
}

/// Whether two paths are one folder.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    one.canonicalize().unwrap() == other.canonicalize().unwrap()
}
