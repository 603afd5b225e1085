//! The commits that lie between two, read by git itself from repositories on the disk.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use branchline::document::steps;
use tempfile::TempDir;

use crate::support::runner::{Build, Outcome};
use crate::support::world::World;

/// What git is, without the machine's own settings.
pub fn git() -> Command {
    let mut git = Command::new("git");
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    git
}

/// A program of the build machine that is the git of this one.
pub fn real_git() -> String {
    let path = std::env::var_os("PATH").expect("a PATH");
    let program = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|path| path.is_file());
    format!("exec '{}' \"$@\"", program.expect("git").display())
}

/// A repository, with a commit an hour.
pub struct Repository {
    folder: TempDir,
    hours: std::cell::Cell<u32>,
}

impl Repository {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Self { folder, hours: std::cell::Cell::new(0) };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        // As the hosts have it.
        repository.git(&["config", "uploadpack.allowFilter", "true"]);
        repository
    }

    fn git(&self, arguments: &[&str]) -> String {
        self.git_as("Ada", arguments)
    }

    fn git_as(&self, author: &str, arguments: &[&str]) -> String {
        let hours = self.hours.get() + 1;
        self.hours.set(hours);
        let date = format!("{} +0000", 1_700_000_000 + hours * 3600);
        let output = git()
            .args(arguments)
            .current_dir(&self.folder)
            .envs([("GIT_AUTHOR_NAME", author), ("GIT_AUTHOR_EMAIL", "a@example.com")])
            .envs([("GIT_COMMITTER_NAME", "Host"), ("GIT_COMMITTER_EMAIL", "h@example.com")])
            .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
            .output()
            .expect("git");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// A commit of a file, and its id.
    pub fn commit(&self, author: &str, subject: &str, path: &str) -> String {
        let file = self.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, subject).expect("a file");
        self.git(&["add", "--all"]);
        self.git_as(author, &["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-m", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn branch(&self, name: &str, at: &str) {
        self.git(&["checkout", "--quiet", "-B", name, at]);
    }

    fn merge(&self, branch: &str) -> String {
        self.git(&["merge", "--quiet", "--no-ff", "-m", &format!("Merge branch '{branch}'"), branch]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }
}

/// What the functions say.
#[derive(Debug)]
struct Told {
    relation: String,
    summary: String,
    error: String,
    link: String,
    output: String,
}

impl Told {
    fn says(&self, lines: &[&str]) {
        assert_eq!(self.summary.lines().collect::<Vec<_>>(), lines, "{self:?}");
    }
}

const SCRIPT: &str = r#"
if history_open "$OLD" "$NEW"; then
  echo "relation: $(history_relation "$OLD" "$NEW")"
  summary=$(history_summary "$OLD" "$NEW")
  echo "summary: $summary"
else
  echo "error: $history_error"
fi
echo "link: $(history_link "$OLD" "$NEW")"
"#;

fn run(variables: &[(&str, &str)], world: World) -> Outcome {
    let step = |name| steps::original(name).expect("the step");
    let shell = format!("{}\n{}", step("history"), step("history/summary"));
    let spec = serde_json::json!({"version": 0.2, "env": {"shell": "bash"},
        "phases": {"build": {"commands": [format!("set -euo pipefail\n{shell}{SCRIPT}")]}}});
    let base = [
        ("MIGRATION_FILES", "db/migrate\nprisma/migrations"),
        ("COMPARE_LINK", "https://example.com/compare/{old}...{new}"),
        ("COMMIT_LINK", "https://example.com/commit/{new}"),
    ];
    let env = base.iter().chain(variables).map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Build { buildspec: &spec.to_string(), env: env.collect(), files: [].into(), world }.run()
}

fn told(variables: &[(&str, &str)], world: World) -> Told {
    let outcome = run(variables, world);
    assert!(outcome.succeeded, "{}", outcome.output);
    let after = |start: &str, end: &str| {
        let rest = outcome.output.split_once(start).map_or("", |(_, rest)| rest);
        rest.split(end).next().unwrap_or_default().to_owned()
    };
    Told {
        relation: after("relation: ", "\n"),
        summary: after("summary: ", "\nlink: "),
        error: after("error: ", "\n"),
        link: after("link: ", "\n"),
        output: outcome.output,
    }
}

fn between(repository: &Repository, old: &str, new: &str) -> Told {
    let world = World::default().with_programs(&["git"], &real_git());
    told(&[("HISTORY_URL", &repository.url()), ("OLD", old), ("NEW", new)], world)
}

#[test]
fn commits_built_on_what_is_deployed_are_counted_with_their_authors_and_migrations() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    repository.commit("Bob", "Orders have a state", "db/migrate/1_orders.rb");
    repository.commit("Ada", "Faster search", "search");
    let new = repository.commit("Bob", "Say it better", "b");
    let told = between(&repository, &old, &new);
    assert_eq!(told.relation, "newer");
    assert_eq!(told.link, format!("https://example.com/compare/{old}...{new}"));
    told.says(&[
        "3 commits since the last deploy, by “Bob”, “Ada”.",
        "Migrations: 1 file new or changed: “db/migrate/1_orders.rb”.",
        "- “Say it better”",
        "- “Faster search”",
        "- “Orders have a state”",
    ]);
}

#[test]
fn what_is_deployed_already_brings_nothing() {
    let repository = Repository::new();
    let only = repository.commit("Ada", "Begin", "a");
    let told = between(&repository, &only, &only);
    assert_eq!(told.relation, "same");
    assert_eq!(told.link, format!("https://example.com/commit/{only}"));
    told.says(&["This commit is deployed already; nothing is new.", "Migrations: no file changed."]);
}

#[test]
fn an_older_commit_warns_and_says_what_it_takes_back() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    repository.commit("Ada", "Add a column", "db/migrate/1_column.rb");
    let newest = repository.commit("Bob", "Use the column", "b");
    let told = between(&repository, &newest, &old);
    assert_eq!(told.relation, "older");
    told.says(&[
        "WARNING: older than what is deployed.",
        "Migrations of what is deployed that are missing here: “db/migrate/1_column.rb”.",
        "It takes back 2 deployed commits, by “Ada”, “Bob”:",
        "- “Use the column”",
        "- “Add a column”",
    ]);
}

#[test]
fn a_hotfix_that_was_not_merged_back_is_left_out_and_one_that_was_is_not() {
    let repository = Repository::new();
    let begin = repository.commit("Ada", "Begin", "a");
    repository.branch("hotfix/1", &begin);
    let hotfix = repository.commit("Bob", "Fix the door", "door");
    repository.branch("develop", &begin);
    let feature = repository.commit("Ada", "A new window", "window");

    let without = between(&repository, &hotfix, &feature);
    assert_eq!(without.relation, "beside");
    without.says(&[
        "It is not built on what is deployed: 1 deployed commit left out. New: 1 commit, by “Ada”.",
        "Migrations: no file changed.",
        "- “A new window”",
    ]);
    let backwards = between(&repository, &feature, &hotfix);
    assert_eq!(backwards.relation, "older_beside");
    assert!(
        backwards.summary.starts_with(
            "WARNING: older than what is deployed.\nIt is not built on what is deployed: 1 deployed commit left out."
        ),
        "{backwards:?}"
    );

    let merged = repository.merge("hotfix/1");
    let with = between(&repository, &hotfix, &merged);
    assert_eq!(with.relation, "newer");
    with.says(&[
        "2 commits since the last deploy, by “Ada”.",
        "Migrations: no file changed.",
        "- “A new window”",
    ]);
}

#[test]
fn a_rebased_history_stands_beside_the_deployed_one() {
    let repository = Repository::new();
    let begin = repository.commit("Ada", "Begin", "a");
    repository.branch("release", &begin);
    repository.commit("Ada", "One", "one");
    let old = repository.commit("Ada", "Two", "db/migrate/2.rb");
    repository.git(&["tag", "kept"]);
    repository.branch("release", &begin);
    std::fs::create_dir_all(repository.path().join("db/migrate")).expect("a folder");
    std::fs::write(repository.path().join("db/migrate/2.rb"), "Two").expect("a file");
    let new = repository.commit("Ada", "One and two", "one");
    let told = between(&repository, &old, &new);
    assert_eq!(told.relation, "beside");
    assert_eq!(told.summary.lines().nth(1), Some("Migrations: no file changed."), "{told:?}");
    assert!(told.summary.contains("2 deployed commits left out. New: 1 commit"), "{told:?}");
}

#[test]
fn a_commit_that_the_repository_does_not_have_is_said() {
    let repository = Repository::new();
    let only = repository.commit("Ada", "Begin", "a");
    let told = between(&repository, &"1".repeat(40), &only);
    assert_eq!(told.error, "the repository no longer has both commits");
    assert_eq!(told.link, format!("https://example.com/compare/{}...{only}", "1".repeat(40)));
}

#[test]
fn what_is_no_commit_never_reaches_git() {
    let told = told(
        &[("HISTORY_URL", "file:///"), ("OLD", "--upload-pack=touch x"), ("NEW", "main")],
        World::default().with_programs(&["git"], "echo called; exit 1"),
    );
    assert_eq!(told.error, "what was to be compared is no commit's id");
    assert_eq!(told.link, "https://example.com/commit/main");
    assert!(!told.output.contains("called"), "{told:?}");
}

#[test]
fn a_host_that_does_not_answer_is_said_in_one_line() {
    let id = "1".repeat(40);
    let told = told(
        &[("HISTORY_URL", "git://127.0.0.1:1/a.git"), ("OLD", &id), ("NEW", &id)],
        World::default().with_programs(&["git"], &real_git()),
    );
    assert!(
        told.error.starts_with("git could not fetch the commits (fatal: unable to connect to 127.0.0.1"),
        "{told:?}"
    );
}

#[test]
fn a_host_that_hangs_is_not_waited_for() {
    let hanging = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("git://{}/a.git", hanging.local_addr().expect("its address"));
    let id = "1".repeat(40);
    let begun = Instant::now();
    let told = told(
        &[("HISTORY_URL", &url), ("OLD", &id), ("NEW", &id), ("HISTORY_SECONDS", "2")],
        World::default().with_programs(&["git"], &real_git()),
    );
    assert_eq!(told.error, "the commits were not there after 2 seconds");
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn a_machine_without_git_is_said() {
    let id = "1".repeat(40);
    let told = told(&[("HISTORY_URL", "file:///"), ("OLD", &id), ("NEW", &id)], World::default());
    assert_eq!(told.error, "the machine has no git");
}

#[test]
fn whatever_authors_and_subjects_say_is_harmless() {
    let evil = "<!channel> @here \"quoted\" `tick` \\n #{Source.CommitId} [x](y) *b* $(touch owned) \u{1b}[31m\u{202e}";
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let new = repository.commit(&"Eve $(touch owned) \u{7}".repeat(30), evil, "db/migrate/@<a b>\"$(x)`.rb");
    let told = between(&repository, &old, &new);
    assert!(
        told.summary.starts_with("1 commit since the last deploy, by “Eve (touch owned) Eve"),
        "{told:?}"
    );
    for dangerous in
        ['<', '>', '@', '`', '{', '}', '"', '\\', '*', '[', ']', '$', '&', '\u{1b}', '\u{202e}', '\u{7}']
    {
        assert!(!told.summary.contains(dangerous), "{dangerous:?} in {}", told.summary);
    }
    assert!(told.summary.contains("(!channel) (at)here 'quoted' 'tick' /n #Source.CommitId"), "{told:?}");
}

#[test]
fn what_is_deployed_and_its_migrations_lack_here_stands_first_with_a_warning() {
    let repository = Repository::new();
    let begin = repository.commit("Ada", "Begin", "a");
    repository.branch("hotfix/1", &begin);
    let hotfix = repository.commit("Bob", "Fix the door", "db/migrate/1_door.rb");
    repository.branch("develop", &begin);
    let mut feature = String::new();
    for number in 0..9 {
        let author = format!("{number} {}", "Grüße ".repeat(20));
        let path = format!("db/migrate/{}/{number}", "x".repeat(90));
        feature = repository.commit(&author, &"日本語 ".repeat(60), &path);
    }
    let told = between(&repository, &hotfix, &feature);
    assert_eq!(told.relation, "beside");
    let lines: Vec<&str> = told.summary.lines().take(2).collect();
    let missing = "Migrations of what is deployed that are missing here: “db/migrate/1_door.rb”.";
    assert_eq!(lines, ["WARNING: not built on what is deployed.", missing], "{told:?}");
    assert!(told.summary.chars().count() <= 600 && told.summary.ends_with("...”"), "{told:?}");
}

#[test]
fn no_author_and_no_subject_writes_a_sentence_of_the_summary() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    repository.commit(
        "Ada”. Migrations: no file changed.| “",
        "_All_ is well_”. WARNING: “user_id",
        "db/migrate/1.rb",
    );
    let new = repository.commit("\u{200b}", "”|_", "b");
    let told = between(&repository, &old, &new);
    told.says(&[
        "2 commits since the last deploy, by “Ada. Migrations: no file changed.”, somebody.",
        "Migrations: 1 file new or changed: “db/migrate/1.rb”.",
        "- “All is well. WARNING: user_id”",
    ]);
}

#[test]
fn many_commits_fit_into_six_hundred_characters_and_twelve_lines() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let mut new = String::new();
    for number in 0..12 {
        let author = format!("{number} {}", "Grüße ".repeat(20));
        new = repository.commit(
            &author,
            &"日本語 ".repeat(60),
            &format!("db/migrate/{}/{number}", "x".repeat(90)),
        );
    }
    let told = between(&repository, &old, &new);
    assert!(told.summary.chars().count() <= 600, "{}: {}", told.summary.chars().count(), told.summary);
    assert!(told.summary.lines().count() <= 12, "{}", told.summary);
    assert!(told.summary.starts_with("12 commits since the last deploy, by “0 Grüße"), "{}", told.summary);
    assert!(told.summary.contains(" and 9 more.\nMigrations: 12 files new or changed: "), "{}", told.summary);
}

#[test]
fn without_paths_of_migrations_nothing_is_said_of_them() {
    let repository = Repository::new();
    let old = repository.commit("Ada", "Begin", "a");
    let new = repository.commit("Ada", "Orders", "db/migrate/1.rb");
    let world = World::default().with_programs(&["git"], &real_git());
    let variables =
        [("HISTORY_URL", repository.url()), ("OLD", old), ("NEW", new), ("MIGRATION_FILES", String::new())];
    let told = told(&variables.each_ref().map(|(name, value)| (*name, value.as_str())), world);
    told.says(&["1 commit since the last deploy, by “Ada”.", "- “Orders”"]);
}

#[test]
fn the_endpoint_is_asked_with_the_signature_of_its_own_region() {
    let id = "1".repeat(40);
    for url in [
        "https://codeconnections.ap-northeast-1.amazonaws.com/git-http/1/ap-northeast-1/2/a/b.git",
        "https://git-codecommit.ap-northeast-1.amazonaws.com/v1/repos/b",
    ] {
        // What git would run for a password, as git runs it.
        let asks = r#"for word in "$@"; do case $word in credential.helper=!*) sh -c "${word#*!} get" >&2 ;; esac; done
case "$*" in *" init "*) exit 0 ;; *) exit 128 ;; esac"#;
        let world =
            World::default().with_programs(&["git"], asks).with_programs(&["aws"], "echo \"error: aws $*\"");
        let told = told(&[("HISTORY_URL", url), ("OLD", &id), ("NEW", &id)], world);
        assert_eq!(
            told.error,
            "git could not fetch the commits (error: aws --region ap-northeast-1 codecommit credential-helper get)"
        );
    }
}
