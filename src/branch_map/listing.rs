//! A list of branches, as a person or git writes it.

use thiserror::Error;

use super::git_name::{self, Breach};
use super::judge;

/// A line that names no branch.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line} is no branch: {}: git allows {breach}", crate::diagnostic::shown(text))]
pub struct NotABranch {
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// The rule of git's that it breaks.
    pub breach: Breach,
}

/// The branches of a list, sorted, none twice.
///
/// Each line is a branch's name, its ref, or a line of `git ls-remote`: an object's id, a tab, a ref. Lines of the latter
/// that are of other refs (tags, `HEAD`, pull requests), and empty lines, are passed over.
pub fn read(text: &str) -> Result<Vec<String>, NotABranch> {
    let mut branches = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let name = match line.split_once('\t') {
            Some((id, name)) if is_id(id) => match name.strip_prefix("refs/heads/") {
                Some(branch) => branch,
                None => continue,
            },
            _ if line.is_empty() => continue,
            _ => judge::branch_of_ref(line).unwrap_or(line),
        };
        git_name::check(name).map_err(|fault| NotABranch {
            line: at + 1,
            text: line.to_owned(),
            breach: fault.breach,
        })?;
        branches.push(name.to_owned());
    }
    branches.sort_unstable();
    branches.dedup();
    Ok(branches)
}

/// Why what git printed is no list of a remote's branches. What stands on the line is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotHeads {
    /// The last line does not end.
    #[error("its last line is cut short")]
    CutShort,
    /// A line is something else than a branch.
    #[error("line {0} is no branch")]
    Line(usize),
}

/// The branches that `git ls-remote --heads` prints, sorted, none twice: each line is an id, a tab, and the branch's ref, and
/// ends. Other lines than in [`read`] are no one's to pass over: what is missing of this list is taken for a branch that is gone.
///
/// The names are git's to judge. A server may have one that no `git branch` would make.
pub fn heads(text: &str) -> Result<Vec<String>, NotHeads> {
    let mut branches: Vec<String> = tips(text)?.into_iter().map(|(branch, _)| branch).collect();
    branches.dedup();
    Ok(branches)
}

/// The same with the id of each branch's commit: pairs of a branch and an id, sorted.
pub fn tips(text: &str) -> Result<Vec<(String, String)>, NotHeads> {
    let mut tips = Vec::new();
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let line = line.strip_suffix('\n').ok_or(NotHeads::CutShort)?;
        let parts = line.split_once('\t').filter(|(id, _)| is_id(id));
        let tip = parts.and_then(|(id, name)| Some((name.strip_prefix("refs/heads/")?, id)));
        let is_name = |name: &str| !name.is_empty() && !name.contains(char::is_control);
        let (branch, id) = tip.filter(|(name, _)| is_name(name)).ok_or(NotHeads::Line(at + 1))?;
        tips.push((branch.to_owned(), id.to_owned()));
    }
    tips.sort_unstable();
    Ok(tips)
}

/// Whether a text is the id of an object: SHA-1 or SHA-256.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{NotHeads, heads, read};

    #[test]
    fn names_refs_and_the_lines_of_ls_remote_are_the_same_branches() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let text = format!(
            "feature/b\n\nrefs/heads/feature/a\r\n{id}\tHEAD\n{id}\trefs/heads/feature/b\n{id}\trefs/tags/v1\n\
             {id}\trefs/pull/7/head\n{id}\trefs/heads/refs/heads/x\nrefs/remotes/origin/main\n"
        );
        assert_eq!(read(&text).unwrap(), ["feature/a", "feature/b", "main", "refs/heads/x"]);
        assert_eq!(read("").unwrap(), [""; 0]);
    }

    #[test]
    fn of_ls_remote_every_line_is_a_branch_that_ends() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        let line = |name: &str| format!("{id}\t{name}\n");
        let two =
            line("refs/heads/b") + &line("refs/heads/a") + &line("refs/heads/-x") + &line("refs/heads/b");
        assert_eq!(heads(&two).unwrap(), ["-x", "a", "b"]);
        assert_eq!(heads("").unwrap(), [""; 0]);
        for wrong in [
            "main\n".to_owned(),
            "\n".to_owned(),
            line("HEAD"),
            line("refs/tags/v1"),
            line("refs/heads/"),
            line("refs/heads/a\tb"),
            line("refs/heads/a\r"),
            line("refs/heads/a").replace('0', "x"),
        ] {
            assert_eq!(heads(&(line("refs/heads/a") + &wrong)), Err(NotHeads::Line(2)), "{wrong:?}");
        }
        assert_eq!(heads(two.trim_end()), Err(NotHeads::CutShort));
    }

    #[test]
    fn a_line_that_is_no_branch_is_told_by_its_number() {
        let fault = read("main\n* develop\n").unwrap_err();
        assert_eq!(
            fault.to_string(),
            "line 2 is no branch: `* develop`: git allows no `*` in a branch's name"
        );
    }
}
