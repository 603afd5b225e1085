//! The path by which a container is asked whether it is well: what the health check of a Dockerfile or of Compose asks.

/// Hosts by which a health check calls its own container.
const OWN: [&str; 3] = ["http://localhost", "http://127.0.0.1", "http://0.0.0.0"];

/// The longest path that is taken over, in characters.
const LONGEST: usize = 80;

/// The path of the first request to the container itself in a command: `/up` of
/// `curl -f http://localhost:3000/up || exit 1`. Its query is left out, and `None` is the answer to a path with anything
/// that is not plain.
pub(super) fn path(command: &str) -> Option<String> {
    let at = OWN.iter().filter_map(|host| Some(command.find(host)? + host.len())).min()?;
    let rest = &command[at..];
    let rest =
        rest.strip_prefix(':').map_or(rest, |port| port.trim_start_matches(|c: char| c.is_ascii_digit()));
    let is_end = |letter: char| letter.is_whitespace() || "?#\"'`|;&),]".contains(letter);
    let path = rest.split(is_end).next().unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    match path {
        "" => Some("/".to_owned()),
        path => (path.starts_with('/') && path.len() <= LONGEST && path.bytes().all(is_plain))
            .then(|| path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn the_path_of_a_health_check_is_read_and_nothing_that_is_not_plain() {
        for (command, found) in [
            ("CMD curl -f http://localhost:3000/up || exit 1", Some("/up")),
            ("[\"CMD\",\"wget\",\"-qO-\",\"http://127.0.0.1/health/live\"]", Some("/health/live")),
            ("curl http://localhost:80", Some("/")),
            ("curl 'http://localhost:80/ok?token=S3CRET'", Some("/ok")),
            ("curl http://localhost:$PORT/ok", None),
            ("curl http://localhost/${HEALTH}", None),
            ("curl http://localhost.example.com/ok", None),
            ("curl https://example.com/ok", None),
            ("pg_isready", None),
            ("NONE", None),
        ] {
            assert_eq!(path(command).as_deref(), found, "{command}");
        }
        assert_eq!(path(&format!("curl http://localhost/{}", "a".repeat(100))), None);
    }
}
