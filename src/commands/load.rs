//! What every command begins with: the configuration, read and found sound.

use std::path::PathBuf;

use super::{Exit, branches, repository};
use crate::branch_map::{self, BranchMap};
use crate::cli::Location;
use crate::config::{self, Config};
use crate::diagnostic::terminal::Style;
use crate::diagnostic::{self, Finding, has_errors};
use crate::document::ejected::{self, Ejected};
use crate::document::specs::{self, Specs, Whose};
use crate::document::{RenderError, overrides, size};
use crate::edge::configuration::{self, ConfigurationError, Found};
use crate::edge::templates;
use crate::edge::terminal::{Look, Terminal};
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
    /// The copies of shell steps beside it, each with what was found in it.
    pub copies: Vec<(Ejected, Vec<Finding>)>,
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
    let found = match &location.rev {
        None => configuration::find(&location.directory),
        Some(revision) => configuration::find_at(&location.directory, revision),
    };
    let found = found.map_err(|error| no_configuration(&error, terminal))?;
    let listed = branches::listed(location, &found.root).map_err(|finding| refuse(&finding, terminal))?;
    let copies = match &location.rev {
        None => templates::read(&found.root),
        Some(revision) => templates::read_at(&found.root, revision),
    };
    let copies = copies.map_err(|error| {
        terminal.error(&error, &error.help());
        Exit::Failed
    })?;
    judged(found, listed, copies, terminal)
}

/// Judges a configuration, whether it stands on the disk already or not. `listed` are the branches that the caller handed
/// over, if any; `copies` are those of shell steps beside the configuration.
pub(super) fn judged(
    found: Found,
    listed: Option<Vec<String>>,
    copies: Vec<Ejected>,
    terminal: &mut Terminal,
) -> Result<Loaded, Exit> {
    let mut faults: Vec<Vec<Finding>> = copies.iter().map(ejected::judge).collect();
    let reading = config::read(&found.text);
    let mut findings = reading.findings;
    let mut sound = None;
    if let Some(mut config) = reading.config {
        findings.extend(repository::complete(&mut config, &found.root));
        findings.extend(branches::complete(&mut config, listed, &found.root));
        let changed = copies.iter().filter(|copy| ejected::is_changed(copy));
        config.copies = changed.map(|copy| copy.name.clone()).collect();
        let (map, more) = branch_map::resolve(&config);
        findings.extend(more);
        if !has_errors(&findings) && !faults.iter().any(|of_copy| has_errors(of_copy)) {
            // Neither needs the other, and both take their time.
            let (limits, specs) =
                rayon::join(|| limits::limits(&config, &map), || specs::specs_with(&config, &copies));
            findings.extend(limits);
            match specs {
                Ok(specs) => {
                    let long = specs::too_long(&config, &specs);
                    findings.extend(long.into_iter().map(|(whose, bytes)| too_long(&config, whose, bytes)));
                    let plan = Plan::new(&config, &map, specs.texts.clone());
                    findings.extend(size::too_large(&plan, &specs.blocks));
                    if !config.overrides.is_empty() {
                        findings.extend(overrides::judge(&plan));
                    }
                    sound = (!has_errors(&findings)).then_some(Sound { config, map, specs });
                }
                Err(error) => {
                    let (at, finding) = of_copy(&error, &copies).ok_or_else(|| {
                        terminal.error(
                            &error,
                            "this is a fault of branchline, not of your file: please report it",
                        );
                        Exit::Failed
                    })?;
                    faults[at].push(finding);
                }
            }
        }
        findings.sort_by_key(|finding| finding.place.map(|place| place.start));
    }
    let copies = copies.into_iter().zip(faults).collect();
    Ok(Loaded { root: found.root, shown: found.shown, text: found.text, sound, findings, copies })
}

/// A fault of a copy among those that were read: which it is, and what is to be said of it.
fn of_copy(error: &RenderError, copies: &[Ejected]) -> Option<(usize, Finding)> {
    let misfit = error.misfit.as_ref()?;
    let at = copies.iter().position(|copy| copy.name == misfit.step)?;
    Some((at, ejected::misfit(&copies[at], misfit)))
}

/// The same for a command that needs a sound configuration: what was found goes to stderr, and errors end it.
pub(super) fn load_sound(location: &Location, terminal: &mut Terminal) -> Result<(PathBuf, Sound), Exit> {
    let loaded = load(location, terminal)?;
    loaded.tell(terminal);
    Ok((loaded.root, loaded.sound.ok_or(Exit::Configuration)?))
}

/// Tells that there is no configuration to be judged.
pub(super) fn no_configuration(error: &ConfigurationError, terminal: &mut Terminal) -> Exit {
    let finding = Finding::error(error.code(), None, error.to_string()).help(error.help());
    refuse(&finding, terminal)
}

/// Tells what is wrong where there is no file to point at.
fn refuse(finding: &Finding, terminal: &mut Terminal) -> Exit {
    if terminal.answers_in_json() {
        terminal.result(diagnostic::json::render(std::slice::from_ref(finding), "", ""));
    } else {
        terminal.message(diagnostic::terminal::render_alone(finding, style(terminal.messages_look())));
    }
    Exit::Configuration
}

pub(super) fn style(look: Look) -> Style {
    Style { colour: look.colour, width: look.width, wrap: look.wrap }
}

impl Loaded {
    /// Tells a command's reader what was found, on the way to something else.
    pub(super) fn tell(&self, terminal: &mut Terminal) {
        if self.sound.is_none() && terminal.answers_in_json() {
            // What is wrong is the answer then, in the shape that `check --json` gives it.
            terminal.result(self.in_json());
        } else {
            let look = terminal.messages_look();
            terminal.message(self.drawn(look));
        }
    }

    /// What was found, drawn for a person.
    pub(super) fn drawn(&self, look: Look) -> String {
        let draw = |(findings, text, shown): (&[Finding], &str, &str)| {
            diagnostic::terminal::render(findings, text, shown, style(look))
        };
        self.files().map(draw).collect()
    }

    /// The same for a script.
    pub(super) fn in_json(&self) -> String {
        diagnostic::json::render_all(&self.files().collect::<Vec<_>>())
    }

    /// The names of the steps whose copies say something else than the originals, in order.
    pub(super) fn changed_steps(&self) -> Vec<&str> {
        let copies = self.copies.iter().map(|(copy, _)| copy);
        copies.filter(|copy| ejected::is_changed(copy)).map(|copy| copy.name.as_str()).collect()
    }

    /// Whether nothing was found.
    pub(super) fn is_clean(&self) -> bool {
        self.files().all(|(findings, ..)| findings.is_empty())
    }

    /// Whether something is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.files().any(|(findings, ..)| has_errors(findings))
    }

    /// The files that were read: what was found in each, its text, its name.
    fn files(&self) -> impl Iterator<Item = (&[Finding], &str, &str)> {
        let copies = self.copies.iter();
        let copies = copies.map(|(copy, found)| (found.as_slice(), copy.text.as_str(), copy.shown.as_str()));
        std::iter::once((self.findings.as_slice(), self.text.as_str(), self.shown.as_str())).chain(copies)
    }
}

/// A buildspec that CodeBuild would refuse.
fn too_long(config: &Config, whose: Whose, bytes: usize) -> Finding {
    let (place, name, help) = match whose {
        Whose::Test(test) => {
            (Some(test.section), "test", "move the commands into a script in the repository, and run that")
        }
        Whose::Deploy(service) => (
            config.services.get(service).map(|service| service.place),
            "deploy",
            "move the commands into a script in the repository, and run that",
        ),
        Whose::Step(name) => (
            config.services.values().next().map(|service| service.place),
            name,
            "make the copies in .branchline/templates that it is made of shorter",
        ),
        Whose::Build => (
            config.services.values().next().map(|service| service.place),
            "build",
            "split the services over two apps, each with a branchline.yml of its own",
        ),
    };
    Finding::error("BL209", place, format!("the buildspec of `{name}` would have {bytes} characters"))
        .because(format!("CodeBuild takes at most {} in a stack", specs::LONGEST))
        .help(help)
}
