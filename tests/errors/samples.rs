//! One of each error, told as its command tells it to a terminal of 80 columns.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use branchline::branch_map::Syntax;
use branchline::branch_map::git_name::Breach;
use branchline::branch_map::listing::{NotABranch, NotHeads};
use branchline::branch_map::remote::RemoteFault;
use branchline::change::stack::Template;
use branchline::commands::explain::NoBranch;
use branchline::commands::generate::{Flags, carry_out};
use branchline::diagnostic::Finding;
use branchline::diagnostic::terminal::{Style, render_alone};
use branchline::document::RenderError;
use branchline::edge::ask;
use branchline::edge::aws::AccessError;
use branchline::edge::branches::BranchesError;
use branchline::edge::configuration::ConfigurationError;
use branchline::edge::create::CreateError;
use branchline::edge::files::FilesError;
use branchline::edge::foreign::ForeignError;
use branchline::edge::git::GitError;
use branchline::edge::pages;
use branchline::edge::remote::RemoteError;
use branchline::edge::replace::ReplaceError;
use branchline::edge::reviewed::ReviewedError;
use branchline::edge::templates::TemplatesError;
use branchline::edge::terminal::{Look, Terminal};

/// Columns.
pub(crate) const WIDTH: usize = 80;

/// Every error by its name in the sources, with what is told.
pub(crate) fn samples() -> BTreeMap<String, String> {
    let mut samples = BTreeMap::new();
    for error in configuration() {
        add(
            &mut samples,
            "ConfigurationError",
            &error,
            coded(error.code(), &error.to_string(), error.help()),
        );
    }
    for error in git() {
        add(&mut samples, "GitError", &error, coded(error.code(), &error.to_string(), error.hint()));
    }
    for error in templates() {
        add(&mut samples, "TemplatesError", &error, said(&error, &error.help()));
    }
    for error in lists() {
        add(
            &mut samples,
            "BranchesError",
            &error,
            coded(error.code(), &error.to_string(), error.help().to_owned()),
        );
    }
    for error in asked() {
        add(&mut samples, "RemoteError", &error, coded(error.code(), &error.to_string(), error.help()));
    }
    for fault in [NotHeads::CutShort, NotHeads::Line(3)] {
        let error = RemoteError::NotAList { remote: "origin".into(), what: fault.to_string() };
        add(&mut samples, "NotHeads", &fault, coded(error.code(), &error.to_string(), error.help()));
    }
    samples.insert("NotABranch".into(), said(&not_a_branch(), ""));
    for error in files() {
        add(&mut samples, "FilesError", &error, said(&error, error.help()));
    }
    for error in branches() {
        add(&mut samples, "NoBranch", &error, said(&error, ""));
    }
    for breach in breaches() {
        let error = NoBranch::Illegal { name: "a name".into(), breach };
        add(&mut samples, "Breach", &breach, said(&error, ""));
    }
    for fault in patterns() {
        // The reason beside a caret, and the help under it.
        add(&mut samples, "Syntax", &fault, said(&fault, fault.help()));
    }
    for fault in remotes() {
        // The reason beside a caret; `tests/git/remotes.txt` has the whole findings.
        add(&mut samples, "RemoteFault", &fault, said(&fault, ""));
    }
    for error in created() {
        add(&mut samples, "CreateError", &error, said(&error, error.help()));
    }
    for error in replaced() {
        add(&mut samples, "ReplaceError", &error, said(&error, error.help()));
    }
    for error in foreign() {
        add(&mut samples, "ForeignError", &error, said(&error, error.help()));
    }
    for error in access() {
        add(&mut samples, "AccessError", &error, said(&error, error.help()));
    }
    let reviewed = || "reviewed.json".into();
    for error in [
        ReviewedError::Unreadable { path: reviewed(), source: system(2) },
        ReviewedError::NoPlan { path: reviewed() },
    ] {
        add(&mut samples, "ReviewedError", &error, said(&error, error.help()));
    }
    samples.insert("TemplateError".into(), said(&Template::read("a: b").expect_err("no template"), ""));
    samples.insert("BrokenOff".into(), broken_off());
    samples.insert("PageError".into(), page());
    samples.insert("OutputError".into(), output());
    samples.insert("RenderError".into(), fault());
    samples
}

/// Under the name that the error itself says it has.
fn add(samples: &mut BTreeMap<String, String>, of: &str, error: &impl Debug, text: String) {
    let debug = format!("{error:?}");
    let variant: String = debug.chars().take_while(char::is_ascii_alphanumeric).collect();
    let before = samples.insert(format!("{of}::{variant}"), text);
    assert!(before.is_none(), "{debug} is told twice");
}

fn coded(code: &'static str, message: &str, help: String) -> String {
    let finding = Finding::error(code, None, message).help(help);
    render_alone(&finding, Style { colour: false, width: WIDTH, wrap: true })
}

#[derive(Clone, Default)]
struct Screen(Rc<RefCell<Vec<u8>>>);

impl Screen {
    fn terminal(&self, results: impl Write + 'static) -> Terminal {
        let look = Look { colour: false, width: WIDTH, wrap: true };
        Terminal::to(Box::new(results), Box::new(self.clone()), look)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(system(28))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn said(error: &impl std::fmt::Display, help: &str) -> String {
    let screen = Screen::default();
    screen.terminal(io::sink()).error(error, help);
    screen.text()
}

/// What Linux says: 2 is a file that is not there, 13 a permission that is missing, 28 a full disk.
fn system(number: i32) -> io::Error {
    io::Error::from_raw_os_error(number)
}

fn templates() -> Vec<TemplatesError> {
    let path = || ".branchline/templates/keep.sh.hbs".to_owned();
    vec![
        TemplatesError::Io { what: "read", path: path(), reason: system(13) },
        TemplatesError::There { path: path() },
        TemplatesError::NoText { path: path() },
        TemplatesError::Link { path: path() },
    ]
}

/// Told as `BranchesError::Line` tells it.
fn not_a_branch() -> NotABranch {
    NotABranch { line: 2, text: "* main".into(), breach: Breach::Character('*') }
}

fn lists() -> Vec<BranchesError> {
    let from = || "`branches.txt`".to_owned();
    vec![
        BranchesError::Unreadable { from: from(), reason: system(2) },
        BranchesError::NotAList { from: from(), what: "is not UTF-8 text" },
        BranchesError::Empty { from: from() },
        BranchesError::Line { from: from(), fault: not_a_branch() },
    ]
}

fn asked() -> Vec<RemoteError> {
    let remote = || "origin".to_owned();
    let prompts = "fatal: could not read Username for 'https://github.com': terminal prompts disabled";
    vec![
        RemoteError::NoRemote {
            what: "this repository has no remote `orign`".into(),
            instead: "its remote is `origin`: write `--remote=origin`".into(),
        },
        RemoteError::NoGit { remote: remote(), reason: system(2) },
        RemoteError::Failed { remote: remote(), status: "exit status: 128".into(), said: prompts.into() },
        RemoteError::Late { remote: remote(), limit: Duration::from_mins(1), said: String::new() },
        RemoteError::NotAList { remote: remote(), what: "it has more than 8 MiB".into() },
        RemoteError::Empty { remote: remote() },
    ]
}

fn configuration() -> Vec<ConfigurationError> {
    let path = || "shop/branchline.yml".to_owned();
    vec![
        ConfigurationError::Folder { folder: "nowhere".into(), reason: system(2) },
        ConfigurationError::Missing { folder: ".".into() },
        ConfigurationError::NotAFile { path: path(), what: "a folder" },
        ConfigurationError::Unreadable { path: path(), reason: system(13) },
        ConfigurationError::NotText { path: path(), byte: 18 },
        ConfigurationError::Pointer { path: path() },
    ]
}

fn git() -> Vec<GitError> {
    let folder = || PathBuf::from("/home/me/shop");
    let revision = || "HEAD~1".to_owned();
    vec![
        GitError::NoRepository { folder: folder() },
        GitError::NotARepository {
            path: folder().join(".git"),
            what: "points to a git repository that is not there",
            help: "if it is a worktree or a submodule that was moved, `git worktree repair` or `git submodule update --init` mends it",
        },
        GitError::NotOwned { folder: folder() },
        GitError::Unreadable { folder: folder(), reason: "corrupted loose reference file".into() },
        GitError::UnknownRevision {
            revision: "develop".into(),
            help: "no local branch has this name; the remote's is `origin/develop`: write `--rev origin/develop`"
                .into(),
        },
        GitError::NotACommit { revision: "main^{tree}".into(), kind: "tree" },
        GitError::MissingAt {
            revision: revision(),
            name: "branchline.yml".into(),
            looked: "neither in `services/api` nor in a folder above it".into(),
        },
        GitError::NotAFileAt { path: "main:branchline.yml".into(), what: "a symbolic link" },
        GitError::TooLargeAt { path: "main:branchline.yml".into(), bytes: 300_000, limit: 262_144 },
    ]
}

fn files() -> Vec<FilesError> {
    let path = || PathBuf::from("pipelines/shop-release/pipeline.yml");
    let source = || system(13);
    vec![
        FilesError::Output { path: "pipelines".into(), what: "a symbolic link" },
        FilesError::Parent { path: "pipelines/shop-release".into(), what: "a file" },
        FilesError::Target { path: path(), what: "a folder" },
        FilesError::Read { path: path(), source: source() },
        FilesError::MakeFolder { path: "pipelines/shop-release".into(), source: source() },
        FilesError::Write { path: path(), source: system(28) },
        FilesError::Replace { path: path(), source: source(), done: 3, all: 12 },
        FilesError::Remove { path: path(), source: source() },
    ]
}

fn branches() -> Vec<NoBranch> {
    vec![
        NoBranch::NoneCheckedOut,
        NoBranch::Ref { name: "refs/heads/develop".into(), branch: "develop".into() },
        NoBranch::Illegal { name: "a..b".into(), breach: Breach::TwoDots },
        NoBranch::TagRef { name: "refs/tags/v1".into(), tag: "v1".into() },
        NoBranch::IllegalTag { name: "v..1".into(), breach: Breach::TwoDots },
    ]
}

fn access() -> Vec<AccessError> {
    let account = || "222233334444".to_owned();
    vec![
        AccessError::NoEnvironment("qa".into()),
        AccessError::Two { account: account(), what: "profile", one: "ci".into(), other: "me".into() },
        AccessError::RoleEverywhere,
        AccessError::Elsewhere {
            role: "arn:aws:iam::111122223333:role/ci".into(),
            account: account(),
            environment: "staging".into(),
        },
    ]
}

fn patterns() -> Vec<Syntax> {
    vec![
        Syntax::Bang,
        Syntax::Unclosed('['),
        Syntax::Unopened('}'),
        Syntax::EmptyClass,
        Syntax::Caret,
        Syntax::InClass('*'),
        Syntax::Dash,
        Syntax::Backward,
        Syntax::Nested,
        Syntax::EmptyAlternative,
        Syntax::Escape,
    ]
}

fn breaches() -> Vec<Breach> {
    vec![
        Breach::Empty,
        Breach::Character(' '),
        Breach::LeadingDot,
        Breach::TwoDots,
        Breach::FinalDot,
        Breach::LeadingSlash,
        Breach::TwoSlashes,
        Breach::FinalSlash,
        Breach::Lock,
        Breach::AtBrace,
        Breach::OnlyAt,
        Breach::LeadingDash,
        Breach::Head,
    ]
}

fn remotes() -> Vec<RemoteFault> {
    vec![
        RemoteFault::Absent,
        RemoteFault::Local,
        RemoteFault::Host("git.example.com".into()),
        RemoteFault::Path("github.com".into()),
        RemoteFault::CodeCommit,
    ]
}

/// Pages into a folder that cannot be: it would stand below a file.
fn created() -> Vec<CreateError> {
    let path = || PathBuf::from("/home/me/shop/branchline.yml");
    vec![CreateError::There { path: path() }, CreateError::Write { path: path(), source: system(28) }]
}

/// A file of a person's that could not be changed.
fn replaced() -> Vec<ReplaceError> {
    let path = || PathBuf::from("/home/me/shop/.gitattributes");
    vec![ReplaceError::Io { path: path(), source: system(28) }, ReplaceError::Other { path: path() }]
}

/// Another tool's files that are not what they should be.
fn foreign() -> Vec<ForeignError> {
    let path = || PathBuf::from("/home/me/shop/deployment_map.yml");
    vec![
        ForeignError::Missing { path: path() },
        ForeignError::NotAFile { path: path() },
        ForeignError::Unreadable { path: path(), source: system(13) },
        ForeignError::NotText { path: path() },
        ForeignError::TooMany { path: PathBuf::from("/home/me/shop/deployment_maps") },
    ]
}

/// Questions in the middle of which somebody went away.
fn broken_off() -> String {
    let error = ask::BrokenOff("read interrupted".into());
    said(&error, "answers can be given in advance: `branchline init --help`")
}

fn page() -> String {
    let error = pages::write(Path::new("Cargo.toml/man1"), std::iter::empty()).unwrap_err();
    said(&error, error.help())
}

/// Results onto a full disk.
fn output() -> String {
    let screen = Screen::default();
    let mut terminal = screen.terminal(Full);
    terminal.result("one\n");
    assert!(terminal.finish().is_err());
    screen.text()
}

/// A file that could not be made, as `generate` tells it.
fn fault() -> String {
    let screen = Screen::default();
    let error = RenderError { path: "base.yml".into(), reason: "no such value".into(), misfit: None };
    let output = Path::new("nowhere/pipelines");
    let blocks = branchline::document::read_back::Blocks::default();
    carry_out(
        std::iter::once(vec![Err(error)]),
        &blocks,
        output,
        &Flags::default(),
        &mut screen.terminal(io::sink()),
    );
    screen.text()
}
