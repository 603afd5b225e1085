//! What a Compose file tells: the services that are built, from what, and which of them listen.
//!
//! Read by the Compose specification (docs.docker.com, "Compose Build Specification" and "Services top-level elements").
//! Variables, environment files and secrets in it are passed over.

use serde_yaml::Value;

use super::health;

/// A service that Compose builds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Built {
    /// Its name.
    pub name: String,
    /// The context as written, `.` if nothing is said.
    pub context: String,
    /// The Dockerfile as written, from the context.
    pub dockerfile: Option<String>,
    /// The stage as written.
    pub target: Option<String>,
    /// The platform as written.
    pub platform: Option<String>,
    /// The path that its health check asks.
    pub health: Option<String>,
    /// The ports that the container listens on.
    pub ports: Vec<u16>,
}

/// The services that are built, in the order of the file; none for what is no Compose file.
pub fn parse(text: &str) -> Vec<Built> {
    let Ok(mut file) = serde_yaml::from_str::<Value>(text) else { return Vec::new() };
    // `<<: *default`, as many of these files have it. Where it is used wrongly, what is written out still counts.
    let _ = file.apply_merge();
    let Some(services) = file.get("services").and_then(Value::as_mapping) else { return Vec::new() };
    services.iter().filter_map(|(name, service)| built(name.as_str()?, service)).collect()
}

fn built(name: &str, service: &Value) -> Option<Built> {
    let build = service.get("build")?;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let (context, dockerfile, target) = match build {
        Value::String(context) => (Some(context.clone()), None, None),
        Value::Mapping(_) => (text(build, "context"), text(build, "dockerfile"), text(build, "target")),
        _ => return None,
    };
    let listed = |key: &str| service.get(key).and_then(Value::as_sequence).into_iter().flatten();
    let mut ports: Vec<u16> = listed("ports").chain(listed("expose")).filter_map(port).collect();
    ports.sort_unstable();
    ports.dedup();
    Some(Built {
        name: name.to_owned(),
        context: context.unwrap_or_else(|| ".".to_owned()),
        dockerfile,
        target,
        platform: text(service, "platform"),
        health: service.get("healthcheck").and_then(|check| health::path(&command(check.get("test")?)?)),
        ports,
    })
}

/// A health check's command: one line, or words.
fn command(test: &Value) -> Option<String> {
    match test {
        Value::String(line) => Some(line.clone()),
        Value::Sequence(words) => Some(words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

/// The container's port in `80`, `"8080:80"`, `"127.0.0.1:8080:80/tcp"` and `{ target: 80 }`.
fn port(value: &Value) -> Option<u16> {
    match value {
        Value::Number(number) => number.as_u64()?.try_into().ok(),
        Value::String(text) => text.rsplit(':').next()?.split('/').next()?.parse().ok(),
        Value::Mapping(_) => value.get("target")?.as_u64()?.try_into().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Built, parse};

    #[test]
    fn contexts_and_ports_are_read_in_every_form() {
        let text = "x-app: &app\n  build: { context: ., target: development }\n  platform: linux/arm64\nservices:\n  db: { image: postgres, ports: [5432] }\n  \
            web:\n    <<: *app\n    healthcheck: { test: [CMD, curl, \"http://localhost:3000/up\"] }\n    ports: [\"127.0.0.1:8080:3000/tcp\", { target: 9394 }]\n  api: { build: ./api, expose: [\"80\"] }\n";
        let found = parse(text);
        let web = Built {
            name: "web".into(),
            context: ".".into(),
            target: Some("development".into()),
            health: Some("/up".into()),
            platform: Some("linux/arm64".into()),
            ports: vec![3000, 9394],
            dockerfile: None,
        };
        assert_eq!(found[0], web);
        assert_eq!((found[1].context.as_str(), found[1].ports.as_slice()), ("./api", &[80][..]));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn what_is_no_compose_file_has_no_services() {
        for text in ["", "services: [a]", "{{", "services: { a: { build: 3 } }", "- &a [*a]"] {
            assert_eq!(parse(text), [], "{text}");
        }
    }
}
