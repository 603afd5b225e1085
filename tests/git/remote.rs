//! `--remote`: what a remote has now, as the person's own git tells it. Against repositories that git makes, and against a
//! `git` that hangs, fails and prints what it should not.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use branchline::edge::remote::{Git, RemoteError};

use crate::branches::{branches, features, files};
use crate::place::{Place, Run};

/// A repository with two features, and a clone that knows of one of them and has one of its own.
fn cloned() -> Place {
    let place = Place::with(&features());
    place.git("shop", &["branch", "feature/a"]);
    place.git(".", &["clone", "--quiet", "shop", "clone"]);
    place.git("clone", &["branch", "feature/here"]);
    place.git("shop", &["branch", "feature/new"]);
    place
}

/// A place with a clone, and a program that stands for git.
fn with_git(script: &str) -> (Place, Git) {
    let place = cloned();
    let program = place.fake_git(script);
    (place, Git { program: program.into(), limit: Duration::from_secs(30) })
}

/// One line of `git ls-remote`.
fn line(branch: &str) -> String {
    format!("0123456789abcdef0123456789abcdef01234567\trefs/heads/{branch}\n")
}

#[test]
fn branches_are_those_that_the_remote_has_now() {
    let place = cloned();
    let map = place.branchline("clone", &["map", "--json", "--remote"]);
    assert_eq!(branches(map.done()), ["feature/a", "feature/new"], "what is here alone does not count");
    let map = place.branchline("clone", &["map", "--remote"]);
    assert!(map.done().contains("\nBranches that `origin` has now:\n"), "{map:?}");
    place.branchline("clone", &["check", "--remote"]).done();
    let told = place.branchline("clone", &["explain", "--remote", "feature/new"]);
    assert!(told.done().contains("each branch has a pipeline of its own"), "{told:?}");
    place.branchline("clone", &["generate", "--remote"]).done();
    place.git("shop", &["branch", "--delete", "feature/a"]);
    assert_eq!(place.branchline("clone", &["generate", "--check", "--remote"]).code, 2);
    let before = files(&place.path("clone/pipelines"));
    place.branchline("clone", &["generate", "--prune", "--remote=origin"]).done();
    let after = files(&place.path("clone/pipelines"));
    let gone: Vec<&String> = before.iter().filter(|path| !after.contains(path)).collect();
    assert!(!gone.is_empty() && gone.iter().all(|path| path.contains("-feature-a/")), "{gone:?}");
    place.branchline("clone", &["generate", "--check", "--remote"]).done();
}

#[test]
fn a_remote_is_named_by_its_name() {
    let place = cloned();
    place.git(".", &["clone", "--quiet", "--bare", "shop", "fork.git"]);
    place.git("fork.git", &["branch", "feature/fork", "main"]);
    place.git("clone", &["remote", "add", "team/fork", "../fork.git"]);
    let map = place.branchline("clone", &["map", "--json", "--remote=team/fork"]);
    assert_eq!(branches(map.done()), ["feature/a", "feature/fork", "feature/new"]);
    place.git("clone", &["remote", "rename", "origin", "up"]);
    let refused = place.branchline("clone", &["generate", "--remote"]);
    refused.refused(3, &["BL612", "no remote `origin`", "`team/fork`, `up`"]);
    place.git("clone", &["remote", "remove", "team/fork"]);
    place
        .branchline("clone", &["check", "--remote"])
        .refused(3, &["its remote is `up`: write `--remote=up`"]);
    place.git("clone", &["remote", "remove", "up"]);
    place.branchline("clone", &["check", "--remote"]).refused(3, &["git remote add origin"]);
}

#[test]
fn an_address_an_option_and_a_command_are_no_remotes_and_none_is_run_or_shown() {
    let place = cloned();
    let touched = place.path("touched");
    place.git("clone", &["config", "protocol.ext.allow", "always"]);
    let run = format!("ext::sh -c touch% {}", touched.display());
    let upload = format!("--upload-pack=touch {}", touched.display());
    let shop = place.path("shop").display().to_string();
    let secret = "https://me:s3cr3t-token@example.com/acme/shop.git";
    for name in [&run, &upload, &shop, secret, "file:///nowhere", "../shop", "-", "--", "", "s3cr3t@host:a"] {
        let refused = place.branchline("clone", &["generate", &format!("--remote={name}")]);
        refused.refused(3, &["BL612", "remote"]);
        assert!(!format!("{refused:?}").contains("s3cr3t"), "{refused:?}");
        assert!(!touched.exists(), "{name} was run");
    }
    // Configured, such a name is git's to read, and still no remote's.
    place.git("clone", &["config", "remote.--upload-pack=x.url", "../shop"]);
    place.branchline("clone", &["check", "--remote=--upload-pack=x"]).refused(3, &["BL612"]);
    // A remote that has nothing to fetch from would be taken for a folder of its name.
    place.git("clone", &["config", "remote.pipelines.pushurl", "../shop"]);
    place.branchline("clone", &["check", "--remote=pipelines"]).refused(3, &["BL612"]);
    // The command is one if a person has made it the address of a remote, and has allowed it.
    place.git("clone", &["remote", "add", "own", &run]);
    place.branchline("clone", &["check", "--remote=own"]).refused(3, &["BL612"]);
}

#[test]
fn a_list_and_a_remote_exclude_each_other() {
    let place = cloned();
    let run = place.branchline("clone", &["generate", "--remote", "--branches", "-"]);
    run.refused(64, &["--remote", "cannot be used with", "--branches"]);
}

#[test]
fn a_remote_without_branches_is_refused_and_costs_no_file() {
    let place = cloned();
    place.branchline("clone", &["generate", "--remote"]).done();
    let before = files(&place.path("clone/pipelines"));
    place.git(".", &["init", "--quiet", "--bare", "empty.git"]);
    place.git("clone", &["remote", "add", "empty", "../empty.git"]);
    place.git("clone", &["remote", "add", "gone", "../gone.git"]);
    for (name, code, said) in [
        ("empty", "BL613", "`empty` has no branch at all"),
        ("gone", "BL612", "does not appear to be a git repository"),
        ("gone", "BL612", "address of `gone`"),
    ] {
        for command in [&["generate", "--prune"][..], &["generate", "--force"], &["check"], &["map"]] {
            let remote = format!("--remote={name}");
            let arguments = [command, &[remote.as_str()]].concat();
            place.branchline("clone", &arguments).refused(3, &[code, said]);
            assert_eq!(files(&place.path("clone/pipelines")), before, "{arguments:?}");
        }
    }
    let json = place.branchline("clone", &["map", "--json", "--remote=gone"]);
    assert!(json.code == 3 && json.stdout.contains("\"BL612\"") && json.stderr.is_empty(), "{json:?}");
}

#[test]
fn worktrees_bare_repositories_revisions_and_folders_below_ask_the_same_remote() {
    let place = cloned();
    place.git("clone", &["worktree", "add", "--quiet", "../linked", "feature/here"]);
    fs::create_dir(place.path("clone/below")).unwrap();
    place.git(".", &["clone", "--quiet", "--bare", "shop", "bare.git"]);
    place.git("shop", &["branch", "feature/late"]);
    for (below, more) in [("linked", &[][..]), ("clone/below", &[]), ("bare.git", &["--rev", "main"])] {
        let map = place.branchline(below, &[&["map", "--json", "--remote"], more].concat());
        assert_eq!(branches(map.done()), ["feature/a", "feature/late", "feature/new"], "{below}");
    }
    place.git(".", &["init", "--quiet", "other"]);
    let other = place.path("other/.git").display().to_string();
    let variables = [("GIT_DIR", other.as_str()), ("GIT_WORK_TREE", "/"), ("GIT_CONFIG_COUNT", "0")];
    let map = place.branchline_with("clone", &["map", "--json", "--remote"], &variables);
    assert_eq!(branches(map.done()).len(), 3, "of the repository around the folder: {map:?}");
}

#[test]
fn without_a_repository_there_is_no_remote() {
    let place = Place::new();
    place.write("alone/branchline.yml", &features());
    place.branchline("alone", &["generate", "--remote"]).refused(3, &["BL606", "is not in a git repository"]);
}

#[test]
fn git_is_run_with_the_remotes_name_alone_and_asks_nobody() {
    let (place, git) = with_git(&format!(
        "printf '%s|' \"$@\" >\"$0.called\"; pwd >>\"$0.called\"; env >\"$0.env\"; cat >\"$0.input\"\n\
         cut -d' ' -f1,6 /proc/$$/stat >\"$0.session\"\nprintf '%s' '{}'",
        line("main")
    ));
    fs::create_dir(place.path("clone/below")).unwrap();
    assert_eq!(git.branches(&place.path("clone/below"), "origin").unwrap(), ["main"]);
    let read = |what: &str| fs::read_to_string(place.path(&format!("bin/git.{what}"))).unwrap();
    let root = place.path("clone").canonicalize().unwrap();
    assert_eq!(read("called"), format!("ls-remote|--heads|--|origin|{}\n", root.display()));
    assert!(read("env").contains("\nGIT_TERMINAL_PROMPT=0\n"), "{}", read("env"));
    assert_eq!(read("input"), "");
    let session = read("session");
    let (process, session) = session.trim().split_once(' ').unwrap();
    assert_eq!(process, session, "the leader of a session of its own, which has no terminal");
}

#[test]
fn a_git_that_hangs_is_stopped_with_all_that_it_started() {
    for hanging in [
        "sleep 60 & echo $! >\"$0.pid\"; echo 'waiting for the proxy' >&2; wait",
        "exec >&-; echo $$ >\"$0.pid\"; sleep 60",
    ] {
        let (place, mut git) = with_git(hanging);
        git.limit = Duration::from_secs(2);
        let began = Instant::now();
        let error = git.branches(&place.path("clone"), "origin").unwrap_err();
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        assert!(matches!(error, RemoteError::Late { .. }), "{error}");
        assert!(error.to_string().contains("within 2 seconds, and was stopped"), "{error}");
        if hanging.contains("proxy") {
            assert!(error.to_string().ends_with(": waiting for the proxy"), "{error}");
        }
        let pid = fs::read_to_string(place.path("bin/git.pid")).unwrap();
        assert!(has_ended(pid.trim()), "{hanging}: {pid} is running still");
    }
}

/// Whether a process is there no more, or only as a line in the list; some time is left to it.
fn has_ended(pid: &str) -> bool {
    let is_there = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    };
    (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !is_there()
    })
}

#[test]
fn what_git_leaves_running_behind_is_not_waited_for() {
    // As ssh does for the next connection: it keeps stderr open.
    let (place, git) = with_git(&format!("sleep 15 >/dev/null & printf '%s' '{}'", line("main")));
    let began = Instant::now();
    assert_eq!(git.branches(&place.path("clone"), "origin").unwrap(), ["main"]);
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn what_git_says_is_shown_without_passwords_and_with_what_to_do() {
    let script = "echo \"fatal: could not read Password for 'https://me:s3cr3t-token@git.example.com': terminal prompts disabled\" >&2\n\
                  printf 'helper: s3cr3t-token \\033[31mred\\007\\n' >&2; exit 128";
    let place = cloned();
    place.git(
        "clone",
        &["remote", "set-url", "origin", "https://me:s3cr3t-token@git.example.com/acme/shop.git"],
    );
    let bin = place.fake_git(script).parent().unwrap().display().to_string();
    for command in [&["generate", "--remote"][..], &["check", "--remote", "--json"]] {
        let run = place.branchline_with("clone", command, &[("PATH", &bin)]);
        assert_eq!(run.code, 3, "{run:?}");
        let said = run.stdout + &run.stderr;
        for words in
            ["BL612", "exit status: 128", "terminal prompts disabled", "helper: *** red", "credential helper"]
        {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains("s3cr3t") && !said.contains('\u{1b}') && !said.contains('\u{7}'), "{said}");
    }
}

#[test]
fn without_git_the_list_is_what_is_left() {
    let place = cloned();
    let run = place.branchline_with("clone", &["generate", "--remote"], &[("PATH", "/nowhere")]);
    run.refused(3, &["BL612", "git cannot be run", "--branches FILE"]);
}

#[test]
fn an_answer_that_is_none_costs_no_file() {
    let place = cloned();
    place.branchline("clone", &["generate", "--remote"]).done();
    let before = files(&place.path("clone/pipelines"));
    let main = line("main");
    let cut = main.trim_end();
    for (script, said) in [
        (format!("printf '%s' '{main}'; exit 1"), "exit status: 1"),
        (format!("printf '%s' '{main}'; kill -9 $$"), "signal: 9"),
        (format!("printf '%s' '{main}{cut}'"), "cut short"),
        (format!("echo Welcome; printf '%s' '{main}'"), "line 1 is no branch"),
        ("exec yes".to_owned(), "more than 8 MiB"),
        (":".to_owned(), "no branch at all"),
    ] {
        let bin = place.fake_git(&script).parent().unwrap().display().to_string();
        let path = format!("{bin}:/usr/bin:/bin");
        let run = place.branchline_with("clone", &["generate", "--prune", "--remote"], &[("PATH", &path)]);
        run.refused(3, &["error[BL61", said]);
        assert_eq!(files(&place.path("clone/pipelines")), before, "{script}");
    }
}

#[test]
fn ten_thousand_branches_and_names_that_are_no_text_are_read() {
    let place = cloned();
    let many: String = (0..10_000).map(|at| line(&format!("topic/{at}"))).collect();
    let mut listed = (line("main") + &line("-x") + &many).into_bytes();
    listed.extend_from_slice(b"0123456789abcdef0123456789abcdef01234567\trefs/heads/feature/\xff\n");
    fs::write(place.path("listed"), &listed).unwrap();
    let script = format!("cat '{}'", place.path("listed").display());
    let git = Git { program: place.fake_git(&script).into(), ..Git::default() };
    assert_eq!(git.branches(&place.path("clone"), "origin").unwrap().len(), 10_003);
    let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
    let Run { code, stdout, stderr } =
        place.branchline_with("clone", &["map", "--remote"], &[("PATH", &path)]);
    assert_eq!(code, 0, "{stderr}");
    assert!(stderr.contains("BL121") && stderr.contains("is not readable text"), "{stderr}");
    assert!(stdout.contains("and 9997 more") || stdout.contains("and 9996 more"), "{stdout}");
}

impl Place {
    /// A program `bin/git` that is a shell script. Its path.
    fn fake_git(&self, script: &str) -> PathBuf {
        let path = self.path("bin/git");
        self.write("bin/git", &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}
