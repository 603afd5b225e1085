//! What git says of a remote, as it may be shown: no control characters, no passwords, not too much.

/// Lines that are shown, the last ones: git says why at the end.
const LINES: usize = 6;

/// Characters of a line that are shown.
const LONGEST: usize = 200;

/// Characters that an address's user must have at least, to be taken out wherever else it stands: `git` is in many words.
const SECRET: usize = 6;

/// What git said, in one line. `address` is the remote's: what it holds before its `@` is a secret.
pub(super) fn shown(stderr: &[u8], address: &str) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = anstream::adapter::strip_str(&text).to_string();
    let secrets = secrets(address);
    let lines: Vec<String> =
        text.split(['\n', '\r']).map(|line| plain(line, &secrets)).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LINES)..].join(" / ")
}

/// One line without what is not to be shown.
fn plain(line: &str, secrets: &[String]) -> String {
    let mut line: String = line.chars().map(|c| if is_harmless(c) { c } else { ' ' }).collect();
    for secret in secrets {
        line = line.replace(secret.as_str(), "***");
    }
    let words: Vec<String> = line.split_whitespace().map(without_user).collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Neither a control character nor one of Unicode's invisible and bidirectional marks.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// A word in which nothing stands between the scheme of an address and its host, and nothing behind `?`. The last `@` ends the
/// user: a password with a slash in it is no valid address, and is shown by git as a part of one.
fn without_user(word: &str) -> String {
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let rest = rest.rsplit_once('@').map_or_else(|| rest.to_owned(), |(_, host)| format!("***@{host}"));
    let rest = rest.split_once('?').map_or_else(|| rest.clone(), |(path, _)| format!("{path}?***"));
    format!("{scheme}://{rest}")
}

/// The user and the password of an address, together and alone, as they are written and as they are meant; longest first.
fn secrets(address: &str) -> Vec<String> {
    let Some((_, rest)) = address.split_once("://") else { return Vec::new() };
    let Some((user, _)) = rest.rsplit_once('@') else { return Vec::new() };
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut secrets: Vec<String> = [user, name]
        .into_iter()
        .filter(|text| text.len() >= SECRET)
        .chain(Some(password).filter(|text| !text.is_empty()))
        .flat_map(|text| [text.to_owned(), decoded(text)])
        .collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    secrets
}

/// A text with its `%40` as `@`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &behind[2..] } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What to do about what git said. git is run with English messages; those of ssh and curl are English always.
pub(super) fn help(said: &str, remote: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if has(&["Host key verification failed", "REMOTE HOST IDENTIFICATION"]) {
        return "ssh does not know the host's key and may not ask here: put it into known_hosts, as the host publishes it".to_owned();
    }
    if has(&["Permission denied (", "Too many authentication failures"]) {
        return "the host takes none of the keys that ssh has, and nothing is asked here: see `ssh-add -l`, or in CI give the job a \
                key that may read"
            .to_owned();
    }
    if has(&[
        "terminal prompts disabled",
        "could not read Username",
        "could not read Password",
        "Authentication failed",
        "Access denied",
        "error: 401",
        "error: 403",
    ]) {
        return "git has no credentials that the host takes, and nothing is asked here: set up a credential helper, or in CI give the \
                job a token that may read"
            .to_owned();
    }
    if has(&[
        "Could not resolve",
        "Connection refused",
        "Connection timed out",
        "Failed to connect",
        "unreachable",
    ]) {
        return "see whether the host can be reached from here, by way of the proxy if there is one"
            .to_owned();
    }
    if has(&["not found", "does not appear to be a git repository", "does not exist"]) {
        return format!(
            "see with `git remote --verbose` whether the address of `{remote}` is right, and whether you may read what is there"
        );
    }
    format!("see what `git ls-remote --heads {remote}` says; or list the branches: `--branches FILE`")
}

#[cfg(test)]
mod tests {
    use super::{help, shown};
    use proptest::prelude::*;

    #[test]
    fn no_password_of_an_address_is_shown_however_git_writes_it() {
        let address = "https://deploy-user:s3%40cr/t@git.example.com/acme/shop.git";
        for said in [
            "fatal: unable to access 'https://deploy-user:s3%40cr/t@git.example.com/acme/shop.git/': no",
            "fatal: url 'https://deploy-user:s3%40cr/t@git.example.com' is odd",
            "fatal: could not read s3%40cr/t",
            "fatal: could not read s3@cr/t",
            "Could not resolve host: deploy-user:s3%40cr/t@git.example.com",
            "trace: git remote-https origin https://another:s3@cr@git.example.com/x?private_token=s3@cr",
        ] {
            let shown = shown(said.as_bytes(), address);
            assert!(!shown.contains("s3") && !shown.contains("cr/t") && shown.contains("***"), "{shown}");
        }
        let token = shown(
            b"fatal: https://ghp_0123456789@github.com/a: ghp_0123456789",
            "https://ghp_0123456789@github.com/a",
        );
        assert_eq!(token, "fatal: https://***@github.com/a: ***");
    }

    #[test]
    fn what_git_says_of_ssh_is_left_as_it_is() {
        let said = b"git@github.com: Permission denied (publickey).\r\nfatal: Could not read from remote repository.\n\nPlease";
        assert_eq!(
            shown(said, "ssh://git@github.com/acme/shop"),
            "git@github.com: Permission denied (publickey). / fatal: Could not read from remote repository. / Please"
        );
    }

    #[test]
    fn nothing_paints_on_the_terminal_and_the_end_is_what_is_shown() {
        let long = format!(
            "{}\n\u{1b}[31mfatal:\u{1b}[0m a\u{7}b\u{202e}c {}",
            "noise\n".repeat(100),
            "x".repeat(300)
        );
        let shown = shown(long.as_bytes(), "");
        assert!(shown.starts_with("noise / noise") && shown.contains("fatal: ab c xxx"), "{shown}");
        assert!(shown.ends_with('…') && shown.len() < 300, "{shown}");
    }

    #[test]
    fn each_way_to_be_refused_has_its_way_out() {
        for (said, way) in [
            (
                "fatal: could not read Username for 'https://github.com': terminal prompts disabled",
                "credential helper",
            ),
            ("git@github.com: Permission denied (publickey).", "ssh-add -l"),
            ("Host key verification failed.", "known_hosts"),
            ("ssh: Could not resolve hostname git.example.com", "proxy"),
            ("remote: Repository not found.", "address of `origin`"),
            ("fatal: anything else", "git ls-remote --heads origin"),
        ] {
            assert!(help(said, "origin").contains(way), "{said}");
        }
    }

    proptest! {
        #[test]
        fn of_any_bytes_one_harmless_line_is_shown(bytes in prop::collection::vec(any::<u8>(), 0..400), address in ".{0,60}") {
            let shown = shown(&bytes, &address);
            prop_assert!(shown.chars().all(super::is_harmless) && shown.chars().count() <= 6 * 204);
        }

        #[test]
        fn no_password_of_any_letters_is_shown(password in "[a-zA-Z0-9%+=_.~!-]{8,40}", before in "[a-z ]{0,9}") {
            let address = format!("https://u:{password}@host/a");
            let shown = shown(format!("{before}{address} {password}").as_bytes(), &address);
            prop_assert!(!shown.contains(&password), "{}", shown);
        }
    }
}
