//! `BL6xx`: git.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL601",
        "unknown repository",
        "`source.repository` is absent, and the git remote `origin` does not say which repository it is.",
    ),
    code(
        "BL605",
        "remote on another host",
        "`source.repository` is absent, and the git remote `origin` is on another host than `source.provider` says.",
    ),
    code("BL606", "no git repository", "What was asked only git knows, and the folder is in no repository."),
    code(
        "BL607",
        "repository of another user",
        "A repository's own configuration can run programs, so git reads none that belongs to somebody else unless it is told to. branchline goes by git's rule and has no switch of its own.",
    ),
    code(
        "BL608",
        "unreadable repository",
        "There is a repository and git cannot read it: a file of its own is damaged or missing, or `.git` points to one that is not there.",
    ),
    code(
        "BL609",
        "unknown revision",
        "`--rev` names nothing that git knows here, or nothing that is a commit. A clone in CI often has one branch and few commits.",
    ),
    code(
        "BL610",
        "revision without a configuration",
        "The commit has no branchline.yml in the folder, nor in one above it.",
    ),
    code(
        "BL611",
        "no file in the revision",
        "What is called branchline.yml in the commit is a folder, a symbolic link or a submodule. None of them is followed: what they lead to is not a part of the commit, or was not meant.",
    ),
    code(
        "BL612",
        "unknown branches",
        "A rule with `per_branch: true` has a pipeline for each branch that exists. Which these are says the file that `--branches` names, the remote that `--remote` asks, or else what git has here; the one that was to say it cannot. A remote does not answer where git is not installed, has no credentials, or waits for more than a minute. `--remote` takes the name of a remote that is configured, and no address: git can be made to run commands by one.",
    ),
    code(
        "BL613",
        "no list of branches",
        "What `--branches` names, or a remote answers, has no branch, or something else than one on a line. An empty list comes of a command that has failed before a pipe, or of the wrong repository. A line that is passed over could be a branch whose pipeline is then taken for one of a branch that is gone.",
    ),
];
