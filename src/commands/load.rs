//! What every command begins with: the configuration, read and found sound.

use std::path::PathBuf;

use super::Exit;
use crate::branch_map::{self, BranchMap};
use crate::cli::Location;
use crate::config::{self, Config};
use crate::diagnostic::{self, Finding, has_errors};
use crate::document::overrides;
use crate::document::specs::{self, Specs};
use crate::edge::terminal::{Look, Terminal};
use crate::edge::{configuration, git};
use crate::pipeline::{Plan, limits};

/// A configuration that was found, and all that is to be said of it.
pub(super) struct Loaded {
    /// The folder it stands in.
    pub root: PathBuf,
    /// Its path as it is shown.
    pub shown: String,
    /// Its text.
    pub text: String,
    /// What it comes to, when nothing is wrong with it.
    pub sound: Option<Sound>,
    /// What was found, in the order of the file.
    pub findings: Vec<Finding>,
}

/// A configuration that nothing is wrong with.
pub(super) struct Sound {
    /// The configuration; its repository is known.
    pub config: Config,
    /// Its branch map.
    pub map: BranchMap,
    /// The buildspecs that its projects share.
    pub specs: Specs,
}

/// Finds the configuration and judges it. Fails only where there is none to be judged.
pub(super) fn load(location: &Location, terminal: &mut Terminal) -> Result<Loaded, Exit> {
    let found = configuration::find(&location.directory).map_err(|error| {
        terminal.error(&error, error.help());
        Exit::Configuration
    })?;
    let reading = config::read(&found.text);
    let mut findings = reading.findings;
    let mut sound = None;
    if let Some(mut config) = reading.config {
        findings.extend(ask_git(&mut config, &found));
        let (map, more) = branch_map::resolve(&config);
        findings.extend(more);
        if !has_errors(&findings) {
            // Neither needs the other, and both take their time.
            let (limits, specs) = rayon::join(|| limits::limits(&config, &map), || specs::specs(&config));
            findings.extend(limits);
            let specs = specs.map_err(|error| {
                terminal.error(&error, "this is a fault of branchline, not of your file: please report it");
                Exit::Failed
            })?;
            findings.extend(
                specs::too_long(&config, &specs)
                    .into_iter()
                    .map(|(name, bytes)| too_long(&config, name, bytes)),
            );
            if !config.overrides.is_empty() {
                findings.extend(overrides::judge(&Plan::new(&config, &map, specs.texts.clone())));
            }
            sound = (!has_errors(&findings)).then_some(Sound { config, map, specs });
        }
        findings.sort_by_key(|finding| finding.place.map(|place| place.start));
    }
    Ok(Loaded { root: found.root, shown: found.shown, text: found.text, sound, findings })
}

/// The same for a command that needs a sound configuration: what was found goes to stderr, and errors end it.
pub(super) fn load_sound(location: &Location, terminal: &mut Terminal) -> Result<(PathBuf, Sound), Exit> {
    let loaded = load(location, terminal)?;
    let look = terminal.messages_look();
    terminal.message(loaded.drawn(look));
    Ok((loaded.root, loaded.sound.ok_or(Exit::Configuration)?))
}

impl Loaded {
    /// What was found, drawn for a person.
    pub(super) fn drawn(&self, look: Look) -> String {
        let style = diagnostic::terminal::Style { colour: look.colour, width: look.width };
        diagnostic::terminal::render(&self.findings, &self.text, &self.shown, style)
    }
}

/// A buildspec that CodeBuild would refuse.
fn too_long(config: &Config, name: &str, bytes: usize) -> Finding {
    let help = if name == "test" {
        "move the commands into a script in the repository, and run that"
    } else {
        "split the services over two apps, each with a branchline.yml of its own"
    };
    let place = config.services.values().next().map(|service| service.place).filter(|_| name == "build");
    Finding::error("BL209", place, format!("the buildspec of `{name}` would have {bytes} characters"))
        .because(format!("CodeBuild takes at most {} in a stack", specs::LONGEST))
        .help(help)
}

/// Where the file does not name the repository, the git remote does.
fn ask_git(config: &mut Config, found: &configuration::Found) -> Option<Finding> {
    if config.source.repository.is_some() {
        return None;
    }
    let wrong = |reason: String, help: &str| {
        Some(
            Finding::error("BL601", config.source.place, "which repository is it? `source` does not say")
                .because(reason)
                .help(help),
        )
    };
    let write = "write `repository: owner/name` under `source`";
    let facts = match git::facts(&found.root) {
        Ok(facts) => facts,
        Err(error) => return wrong(error.to_string(), &format!("{write}; {}", error.hint())),
    };
    match facts.origin {
        Ok(remote) => {
            config.source.repository = Some(remote.repository);
            config.source.provider.get_or_insert(remote.provider);
            None
        }
        Err(fault) => wrong(fault.to_string(), write),
    }
}
