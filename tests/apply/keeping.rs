//! What keeps the pipelines: its builds' shell, run as CodeBuild runs it, in a repository whose branches come and go, with the program
//! itself against the small AWS.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::bench::Said;
use super::bench::{ACCOUNT, Bench, CONNECTION, REGION, SMALL, said};

const BOUNDARY: &str = "permission_boundary: branchline-hello-boundary\n";

/// A repository at its host, a clone in which a person works, and one that CodeBuild makes for each build.
struct Host {
    folder: tempfile::TempDir,
    specs: [String; 2],
}

impl Host {
    fn new(map: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = Host { specs: Default::default(), folder };
        git(&host.at(""), &["init", "--quiet", "--bare", "--initial-branch=main", "origin"]);
        git(&host.at(""), &["clone", "--quiet", "origin", "work"]);
        git(&host.at("work"), &["checkout", "--quiet", "-B", "main"]);
        host.commit(map);
        host.push("main");
        let specs = host.generated();
        Host { specs, ..host }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn commit(&self, map: &str) {
        fs::write(self.at("work/branchline.yml"), map.replace("CONNECTION", CONNECTION)).unwrap();
        git(&self.at("work"), &["add", "-A"]);
        git(&self.at("work"), &["commit", "--quiet", "--allow-empty", "-m", "a map"]);
    }

    fn push(&self, branch: &str) {
        git(
            &self.at("work"),
            &["push", "--quiet", "--force", "origin", &format!("HEAD:refs/heads/{branch}")],
        );
    }

    /// The commands of the two builds, out of the stack that `bootstrap` writes.
    fn generated(&self) -> [String; 2] {
        let output = self.at("pipelines");
        let done = Command::new(env!("CARGO_BIN_EXE_branchline"))
            .args(["bootstrap", "--config-branch", "main", "--image", "tools/branchline:1", "-C"])
            .arg(self.at("work"))
            .arg("--output")
            .arg(&output)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let stack: Value =
            serde_yaml::from_str(&fs::read_to_string(output.join("bootstrap.yml")).unwrap()).unwrap();
        ["PlanProject", "ApplyProject"].map(|project| {
            let text = &stack["Resources"][project]["Properties"]["Source"]["BuildSpec"];
            let spec: Value = serde_yaml::from_str(text.as_str().unwrap()).unwrap();
            spec["phases"]["build"]["commands"][0].as_str().unwrap().to_owned()
        })
    }

    /// Runs a build's commands in a clone at a branch; what it exports stands at the end of what it says.
    fn build(&self, which: usize, branch: &str, prepare: impl FnOnce(&mut Command)) -> Output {
        let clone = self.at(["plan", "apply"][which]);
        _ = fs::remove_dir_all(&clone);
        git(&self.at(""), &["clone", "--quiet", "--branch", branch, "origin", clone.to_str().unwrap()]);
        let tail =
            "\nprintf 'CHANGES=%s\\nCOMMIT=%s\\nSUMMARY=%s\\n' \"$CHANGES\" \"$COMMIT\" \"${SUMMARY:-}\"\n";
        let mut command = Command::new("bash");
        command.arg("-c").arg(format!("{}{tail}", self.specs[which])).current_dir(&clone);
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap());
        prepare(&mut command);
        command
            .env("PATH", path)
            .envs([
                ("CONFIG_BRANCH", "main"),
                ("CONFIG_FOLDER", "."),
                ("PROGRAM_URL", ""),
                ("PROGRAM_SHA256", ""),
            ])
            .envs([("ROLES", ""), ("SERVICE_ROLE", "branchline-hello-cloudformation")])
            .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("NO_COLOR", "1")])
            .env("CODEBUILD_SRC_DIR_Reviewed", self.at("plan"));
        command.output().unwrap()
    }

    /// The program in the builds' image, or what stands for it.
    fn program(&self, script: &str) {
        fs::create_dir_all(self.at("bin")).unwrap();
        let path = self.at("bin/branchline");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn head(&self, branch: &str) -> String {
        git(&self.at("origin"), &["rev-parse", branch])
    }
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments).current_dir(folder);
    let output = command.env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The program itself.
fn real() -> String {
    format!("#!/bin/bash\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_branchline"))
}

/// The actions that a role of the generated stack allows.
fn allowed(host: &Host, role: &str) -> Vec<String> {
    let text = fs::read_to_string(host.at("pipelines/bootstrap.yml")).unwrap();
    let stack: Value = serde_yaml::from_str(&text).unwrap();
    let policies = stack["Resources"][role]["Properties"]["Policies"].as_array().unwrap().clone();
    let statements =
        policies.iter().flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().unwrap());
    let allows = statements.filter(|statement| statement["Effect"] == "Allow");
    let actions = allows.flat_map(|statement| match &statement["Action"] {
        Value::Array(all) => all.clone(),
        one => vec![one.clone()],
    });
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

/// Every call from the n-th on is one that the role may make, by its action. Who asks whose credentials these are needs no right.
fn assert_allowed(bench: &Bench, from: usize, actions: &[String]) {
    for call in &bench.stub.calls()[from..] {
        let action = format!("{}:{}", call["service"].as_str().unwrap(), call["operation"].as_str().unwrap());
        assert!(
            actions.contains(&action) || action == "sts:GetCallerIdentity",
            "{action} is not allowed: {actions:?}"
        );
    }
}

/// One execution of the pipeline by a push to a branch: what the plan says, and what the apply does.
fn executed(host: &Host, bench: &Bench, branch: &str) -> (Said, Option<Said>) {
    let before = bench.stub.calls().len();
    let planned = said(host.build(0, branch, |command| {
        bench.stub.prepare(command, ACCOUNT, REGION);
    }));
    assert_allowed(bench, before, &allowed(host, "PlanRole"));
    let before = bench.stub.calls().len();
    if planned.code != Some(0) {
        return (planned, None);
    }
    let value =
        |name: &str| planned.out.lines().rev().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    let (changes, commit) = (value("CHANGES="), value("COMMIT="));
    let applied = said(host.build(1, branch, |command| {
        bench.stub.prepare(command, ACCOUNT, REGION);
        command.envs([("CHANGES", changes), ("COMMIT", commit)]);
    }));
    assert_allowed(bench, before, &allowed(host, "ApplyRole"));
    (planned, Some(applied))
}

fn stacks(bench: &Bench) -> Vec<String> {
    let dump = bench.stub.dump();
    let all = dump["accounts"][ACCOUNT]["regions"][REGION]["stacks"].as_object().unwrap();
    let there = all.values().filter(|stack| stack["status"] != "DELETE_COMPLETE");
    let mut names: Vec<String> = there.map(|stack| stack["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn pipelines_come_and_go_with_their_branches_and_only_the_config_branch_decides() {
    let map = format!(
        "{BOUNDARY}{}",
        SMALL
            .replace("main: [live]", "main: [live]\n  feature/*: { environments: [live], per_branch: true }")
    );
    let host = Host::new(&map);
    host.program(&real());
    let bench = Bench::new();
    let done = |(planned, applied): (Said, Option<Said>)| {
        let applied = applied.unwrap_or_else(|| panic!("{}{}", planned.out, planned.err));
        assert_eq!(applied.code, Some(0), "{}{}{}", planned.out, applied.out, applied.err);
        planned
    };

    let first = done(executed(&host, &bench, "main"));
    assert!(
        first.out.contains("CHANGES=yes") && first.out.contains("SUMMARY=hello-base is created"),
        "{}",
        first.out
    );
    assert_eq!(stacks(&bench), ["hello-base", "hello-environment-live", "hello-pipeline-main"]);
    for name in stacks(&bench) {
        let role = format!("arn:aws:iam::{ACCOUNT}:role/branchline-hello-cloudformation");
        assert_eq!(bench.stack(&name).1["role"], role, "{name}");
    }

    bench.later();
    let second = done(executed(&host, &bench, "main"));
    assert!(second.out.contains("CHANGES=no"), "{}", second.out);

    // A branch comes whose own map would open everything: it gets its pipeline, and its map counts for nothing.
    host.commit(&map.replace("hello-task", "admin"));
    host.push("feature/one");
    let third = done(executed(&host, &bench, "feature/one"));
    assert!(third.out.contains("CHANGES=yes"), "{}", third.out);
    assert!(third.out.contains(&format!("COMMIT={}", host.head("main"))), "{}", third.out);
    let made: Vec<String> = stacks(&bench).into_iter().filter(|name| name.contains("feature-one")).collect();
    assert_eq!(made.len(), 1, "{:?}", stacks(&bench));
    assert!(!bench.stub.dump().to_string().contains("role/admin"));

    bench.later();
    git(&host.at("work"), &["push", "--quiet", "origin", ":feature/one"]);
    let (planned, applied) = executed(&host, &bench, "main");
    assert!(planned.out.contains("CHANGES=yes"), "{}{}", planned.out, planned.err);
    let applied = applied.unwrap();
    assert_eq!(applied.code, Some(0), "{}{}", applied.out, applied.err);
    assert_eq!(stacks(&bench), ["hello-base", "hello-environment-live", "hello-pipeline-main"]);
    // What applies may not delete what is in a stack: CloudFormation does, with its own role.
    let calls = bench.stub.calls();
    let deleted: Vec<&Value> = calls.iter().filter(|call| call["operation"] == "DeleteStack").collect();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/branchline-hello-cloudformation");
    assert!(
        !deleted.is_empty() && deleted.iter().all(|call| call["params"]["RoleARN"] == role),
        "{deleted:?}"
    );
    bench.stub.assert_unflagged();
}

#[test]
fn a_branch_that_came_back_before_its_removal_was_released_keeps_its_pipeline() {
    let family = "main: [live]\n  feature/*: { environments: [live], per_branch: true }";
    let host = Host::new(&format!("{BOUNDARY}{}", SMALL.replace("main: [live]", family)));
    host.program(&real());
    let bench = Bench::new();
    host.push("feature/one");
    let (_, applied) = executed(&host, &bench, "main");
    assert_eq!(applied.unwrap().code, Some(0));
    let before = stacks(&bench);
    assert_eq!(before.len(), 4, "{before:?}");
    bench.later();
    git(&host.at("work"), &["push", "--quiet", "origin", ":feature/one"]);
    let build = |which: usize| {
        let commit = host.head("main");
        said(host.build(which, "main", |command| {
            bench.stub.prepare(command, ACCOUNT, REGION);
            command.envs([("CHANGES", "yes"), ("COMMIT", &commit)]);
        }))
    };
    let planned = build(0);
    assert!(planned.out.contains("CHANGES=yes"), "{}{}", planned.out, planned.err);
    let written = bench.stub.writes().len();
    host.push("feature/one");
    let late = build(1);
    assert_eq!(late.code, Some(1), "{}{}", late.out, late.err);
    assert!(late.err.contains("what would be done is not what was reviewed"), "{}", late.err);
    assert_eq!((bench.stub.writes().len(), stacks(&bench)), (written, before.clone()));
    // And one that stays away loses it.
    git(&host.at("work"), &["push", "--quiet", "origin", ":feature/one"]);
    let done = build(1);
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
    assert_eq!(stacks(&bench).len(), 3);
}

#[test]
fn what_changed_since_it_was_reviewed_is_not_applied() {
    let host = Host::new(&format!("{BOUNDARY}{SMALL}"));
    host.program(&real());
    let bench = Bench::new();
    let planned = said(host.build(0, "main", |command| {
        bench.stub.prepare(command, ACCOUNT, REGION);
    }));
    assert_eq!(planned.code, Some(0), "{}{}", planned.out, planned.err);
    bench.write(&format!("{BOUNDARY}{SMALL}"));
    bench.applied();
    let writes = bench.stub.writes().len();
    let commit = host.head("main");
    let applied = |commit: &str| {
        said(host.build(1, "main", |command| {
            bench.stub.prepare(command, ACCOUNT, REGION);
            command.envs([("CHANGES", "yes"), ("COMMIT", commit)]);
        }))
    };
    let late = applied(&commit);
    assert_eq!(late.code, Some(1), "{}{}", late.out, late.err);
    assert!(late.err.contains("what would be done is not what was reviewed: hello-base"), "{}", late.err);
    // Nor is a commit that the config branch does not have any more.
    host.commit(&format!("{BOUNDARY}{SMALL}# another\n"));
    git(&host.at("work"), &["commit", "--quiet", "--amend", "--allow-empty", "-m", "in its place"]);
    git(&host.at("work"), &["checkout", "--quiet", "--orphan", "other"]);
    host.commit(&format!("{BOUNDARY}{SMALL}"));
    host.push("main");
    let gone = applied(&commit);
    assert_eq!(gone.code, Some(1), "{}{}", gone.out, gone.err);
    assert_eq!(bench.stub.writes().len(), writes, "nothing was written");
}

#[test]
fn a_build_stops_where_a_step_of_it_fails_and_nothing_is_applied() {
    let host = Host::new(&format!("{BOUNDARY}{SMALL}"));
    let fake = |fails: &str, plan: &str| {
        format!(
            "#!/bin/bash\necho \"$@\" >> {0}/called\ncase \"$*\" in {fails}) exit 5;; esac\ncase \"$*\" in plan*--json*) echo '{plan}';; esac\n",
            host.at("").display()
        )
    };
    let called = || fs::read_to_string(host.at("called")).unwrap_or_default();
    let plan = || host.build(0, "main", |_| {});
    for (fails, last) in
        [("--version", "--version"), ("check*", "check"), ("plan*--json*", "plan"), ("plan*", "plan")]
    {
        _ = fs::remove_file(host.at("called"));
        host.program(&fake(fails, "[]"));
        let ended = plan();
        assert_eq!(ended.status.code(), Some(5), "{fails}");
        assert!(called().lines().last().unwrap().starts_with(last), "{}", called());
        assert!(!String::from_utf8_lossy(&ended.stdout).contains("CHANGES="));
    }
    // What was changed by hand ends it, also where something else is to be done.
    let drift = "[\n  {\n    \"drift\": [\n      {}\n    ],\n    \"verdict\": \"update\"\n  }\n]";
    host.program(&fake("none", drift));
    let ended = plan();
    let err = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.code() == Some(1) && err.contains("somebody changed by hand"), "{err}");
    // Of what is left over an apply deletes pipelines alone.
    for (name, verdict, changes) in [
        ("hello-base", "unchanged", "no"),
        ("hello-base", "create", "yes"),
        ("hello-base", "foreign", "yes"),
        ("hello-pipeline-main", "unchanged", "no"),
        ("hello-pipeline-old", "left", "yes"),
        ("hello-environment-old", "left", "no"),
        ("hello-base", "left", "no"),
    ] {
        host.program(&fake(
            "none",
            &format!(
                "[\n  {{\n    \"drift\": [],\n    \"name\": \"{name}\",\n    \"verdict\": \"{verdict}\"\n  }}\n]"
            ),
        ));
        let ended = plan();
        let out = String::from_utf8_lossy(&ended.stdout).into_owned();
        assert!(out.contains(&format!("CHANGES={changes}\n")), "{name} {verdict}: {out}");
    }
    // A program that is not the one that the stack names is not run.
    let other = host.at("program");
    fs::write(&other, "#!/bin/bash\ntouch ran\n").unwrap();
    _ = fs::remove_file(host.at("called"));
    let fetched =
        format!("#!/bin/bash\nwhile [ \"$1\" != --output ]; do shift; done\ncp {} \"$2\"\n", other.display());
    fs::write(host.at("bin/curl"), fetched).unwrap();
    fs::set_permissions(host.at("bin/curl"), fs::Permissions::from_mode(0o755)).unwrap();
    let spec = host.specs[0].clone();
    let mut command = Command::new("bash");
    let path = format!("{}:{}", host.at("bin").display(), std::env::var("PATH").unwrap());
    command.arg("-c").arg(spec).current_dir(host.at("plan")).env("PATH", path);
    command.envs([("PROGRAM_URL", "https://example.com/b"), ("PROGRAM_SHA256", &*"0".repeat(64))]);
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(!host.at("plan/ran").exists() && called().is_empty());
    assert!(String::from_utf8_lossy(&ended.stderr).contains("it was not run"));
    // An apply without a change or without a reviewed commit does nothing.
    host.program(&fake("none", "[]"));
    for (changes, commit, code) in [("no", "", 0), ("yes", "", 1), ("yes", "main; rm -rf /", 1)] {
        _ = fs::remove_file(host.at("called"));
        let ended = host.build(1, "main", |command| {
            command.envs([("CHANGES", changes), ("COMMIT", commit)]);
        });
        assert_eq!(ended.status.code(), Some(code), "{commit}");
        assert!(!called().contains("apply"), "{}", called());
    }
}

#[test]
fn the_files_are_checked_and_left_alone_by_generate() {
    let host = Host::new(&format!("{BOUNDARY}{SMALL}"));
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_branchline"));
        said(command.args(arguments).arg("-C").arg(host.at("work")).output().unwrap())
    };
    let bootstrap = ["bootstrap", "--config-branch", "main", "--image", "tools/branchline:1"];
    let check = |more: &[&str]| run(&[&bootstrap[..], &["--check"], more].concat()).code;
    assert_eq!(check(&[]), Some(2));
    assert_eq!(run(&bootstrap).code, Some(0));
    assert_eq!(run(&["generate"]).code, Some(0));
    assert_eq!((check(&[]), check(&["--no-approval"])), (Some(0), Some(2)));
    let pruned = run(&["generate", "--prune"]);
    assert!(pruned.code == Some(0) && !pruned.out.contains("Removed"), "{}", pruned.out);
    assert_eq!((check(&[]), run(&["generate", "--check"]).code), (Some(0), Some(0)));
    let page = fs::read_to_string(host.at("work/pipelines/bootstrap.md")).unwrap();
    assert!(!page.contains(host.at("").to_str().unwrap()), "the same file gives the same bytes anywhere");
    let elsewhere = SMALL.replace("live: {}", "live: { account: \"999988887777\" }");
    host.commit(&format!("{BOUNDARY}{elsewhere}"));
    let ended = run(&["bootstrap", "--config-branch", "main", "--github-actions", "pipelines"]);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let page = fs::read_to_string(host.at("work/pipelines/bootstrap.md")).unwrap();
    for (does, command) in [("plans", "plan"), ("applies", "apply")] {
        let role = format!("role/branchline-hello-{command}`");
        let own = format!("the workflow that {does}: `arn:aws:iam::{ACCOUNT}:{role}");
        let other = format!("`branchline {command} --role live=arn:aws:iam::999988887777:{role}");
        assert!(page.contains(&own) && page.contains(&other), "{page}");
    }
    host.commit(&format!("{BOUNDARY}{SMALL}").replace("app: hello", "app: branchline-hello"));
    let refused = run(&bootstrap);
    assert!(refused.code == Some(3) && refused.err.contains("what keeps another app"), "{}", refused.err);
}
