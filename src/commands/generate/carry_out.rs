//! From the generated files to the disk, or to the eyes of a person.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Flags;
use crate::change::{self, Kind, Summary, is_generated_path, is_of_bootstrap};
use crate::commands::Exit;
use crate::document::read_back::Blocks;
use crate::document::tree::{Batches, Made};
use crate::document::{Draft, File};
use crate::edge::files::{FilesError, Folder, Staged, Staging, There, Turn};
use crate::edge::terminal::Terminal;

/// Compares the generated files with what is below `output` and does what the flags say.
///
/// The files come in batches and none is kept: each is compared, read back when it differs from what is there, and
/// staged beside its place. Nothing counts until all of them are staged, so a fault in any of them, or one file
/// that was edited by hand, changes nothing. Everything is told to the terminal, the errors too; the result is how
/// the command ends: [`Exit::Failed`] when something went wrong or was refused, [`Exit::Differences`] when `--check`
/// found some.
pub fn carry_out<'f>(
    batches: impl Batches<'f>,
    blocks: &Blocks,
    output: &Path,
    flags: &Flags,
    terminal: &mut Terminal,
) -> Exit {
    let end = if flags.stdout {
        print_all(batches, blocks, terminal)
    } else {
        Work::new(output, flags, terminal).run(batches, blocks)
    };
    end.unwrap_or_else(|fault| {
        terminal.error(fault.message, fault.help);
        Exit::Failed
    })
}

/// Why there is no result.
struct Fault {
    message: String,
    help: &'static str,
}

impl Fault {
    /// A fault of branchline's own, which no file of the person's explains.
    fn internal(error: &impl std::error::Error) -> Self {
        Fault {
            message: error.to_string(),
            help: "this is a fault in branchline, not in branchline.yml; please report it. Nothing was written",
        }
    }
}

impl From<FilesError> for Fault {
    fn from(error: FilesError) -> Self {
        Fault { message: error.to_string(), help: error.help() }
    }
}

/// A generated file stands where it may not.
#[derive(Debug, thiserror::Error)]
enum PathError {
    #[error("`{0}` was generated, which is no place for a generated file")]
    Misplaced(String),
    #[error("`{0}` was generated twice")]
    Twice(String),
}

fn print_all<'f>(
    mut batches: impl Batches<'f>,
    blocks: &Blocks,
    terminal: &mut Terminal,
) -> Result<Exit, Fault> {
    while let Some(batch) = batches.next_batch(|made| made.and_then(Draft::sealed)) {
        for file in batch {
            let file = file.map_err(|error| Fault::internal(&error))?;
            file.read_back(blocks).map_err(|error| Fault::internal(&error))?;
            terminal.result(format_args!("# file: {}\n{}", file.path, file.text));
            if terminal.is_over() {
                return Ok(Exit::Done);
            }
        }
    }
    Ok(Exit::Done)
}

struct Work<'a> {
    output: &'a Path,
    flags: &'a Flags,
    terminal: &'a mut Terminal,
    summary: Summary,
    staging: Staging,
}

impl<'a> Work<'a> {
    fn new(output: &'a Path, flags: &'a Flags, terminal: &'a mut Terminal) -> Self {
        let mut summary = Summary::new(output.display().to_string());
        summary.command = flags.command.unwrap_or(summary.command);
        Work { output, flags, terminal, summary, staging: Staging::new(output) }
    }

    fn run<'f>(mut self, mut batches: impl Batches<'f>, blocks: &Blocks) -> Result<Exit, Fault> {
        let (turn, others) = Turn::look(self.output);
        let folder = Folder::open(self.output)?;
        let abandoned = folder.abandoned(others);
        if self.flags.writes() {
            self.staging.begin(turn);
        } else {
            drop(turn);
        }
        let mut generated = BTreeSet::new();
        // A script that checks, and a person who looks or forces, are told of every byte.
        let exactly = self.flags.force || !self.flags.writes();
        while let Some(batch) = batches.next_batch(|made| Compared::of(&folder, made, exactly)) {
            let mut stale = Vec::new();
            for compared in batch {
                let Compared { path, kind, stale: file } = compared?;
                self.summary.add(&path, kind);
                if let Some(twice) = generated.replace(path) {
                    return Err(Fault::internal(&PathError::Twice(twice)));
                }
                stale.extend(file);
            }
            self.take(&folder, &stale, blocks)?;
        }
        generated.extend(batches.kept());
        for path in abandoned {
            self.summary.add(&path, Kind::Abandoned);
            if self.flags.writes() {
                self.staging.remove(&path);
            }
        }
        self.look_for_orphans(&folder, &generated)?;
        if self.flags.writes() { self.write() } else { self.show() }
    }

    /// Reads back what differs from what is there, and stages or shows it. What equals the bytes on the disk was read
    /// back when those were written.
    fn take(&mut self, folder: &Folder, stale: &[File], blocks: &Blocks) -> Result<(), Fault> {
        let sound = |file: &File| file.read_back(blocks).map_err(|error| Fault::internal(&error));
        if !self.flags.writes() {
            stale.par_iter().try_for_each(sound)?;
            for file in stale {
                let there = folder.read(&file.path)?;
                self.show_diff(&file.path, &there, Some(&file.text));
            }
            return Ok(());
        }
        if self.is_refused() {
            return stale.par_iter().try_for_each(sound);
        }
        let targets = stale.iter().map(|file| self.staging.make_room(&file.path));
        let targets: Vec<PathBuf> = targets.collect::<Result<_, _>>()?;
        let write = |(file, target): (&File, PathBuf)| -> Result<Staged, Fault> {
            sound(file)?;
            Ok(Staged::write(target, &file.text)?)
        };
        // The first fault in the files' order is told, whichever came first.
        let staged: Vec<Result<Staged, Fault>> = stale.par_iter().zip(targets).map(write).collect();
        self.staging.extend(staged.into_iter().collect::<Result<Vec<_>, _>>()?);
        Ok(())
    }

    fn look_for_orphans(&mut self, folder: &Folder, generated: &BTreeSet<String>) -> Result<(), Fault> {
        let of_bootstrap = self.summary.command == "bootstrap";
        for path in folder.rest(generated) {
            if is_of_bootstrap(&path) != of_bootstrap {
                continue;
            }
            let there = folder.read(&path)?;
            let There::Bytes(bytes) = &there else { continue };
            if let Some(kind) = change::leftover(&path, bytes) {
                if self.flags.diff && self.flags.prune {
                    self.show_diff(&path, &there, None);
                }
                self.orphan(&path, kind);
            }
        }
        Ok(())
    }

    fn orphan(&mut self, path: &str, kind: Kind) {
        self.summary.add(path, kind);
        if self.flags.prune && self.flags.writes() {
            self.staging.remove(path);
        }
    }

    /// Whether something would be lost that cannot be generated again.
    fn is_refused(&self) -> bool {
        let counts = &self.summary.counts;
        let lost = counts.edited + counts.foreign + if self.flags.prune { counts.orphan_edited } else { 0 };
        lost > 0 && !self.flags.force
    }

    fn write(self) -> Result<Exit, Fault> {
        let refused = self.is_refused();
        let Work { flags, terminal, mut summary, staging, .. } = self;
        if refused {
            if flags.json {
                terminal.result(json(&summary)?);
            }
            return Err(Fault {
                message: format!(
                    "nothing was written: below {}, this cannot be generated again\n{}",
                    summary.output,
                    summary.refusal().trim_end()
                ),
                help: "`branchline generate --diff` shows what would be lost. Put it into branchline.yml, or move the \
                       files away; `--force` overwrites them",
            });
        }
        staging.commit()?;
        summary.written = true;
        summary.pruned = flags.prune;
        if flags.json {
            terminal.result(json(&summary)?);
        } else {
            terminal.result(summary.done());
            terminal.message(summary.next_step());
        }
        Ok(Exit::Done)
    }

    fn show(self) -> Result<Exit, Fault> {
        let Work { flags, terminal, summary, .. } = self;
        if flags.json {
            terminal.result(json(&summary)?);
        } else if summary.is_up_to_date() {
            terminal.result(summary.difference());
        } else {
            terminal.message(summary.difference());
            terminal.message(summary.remedy());
        }
        Ok(if flags.check && !summary.is_up_to_date() { Exit::Differences } else { Exit::Done })
    }

    fn show_diff(&mut self, path: &str, there: &There, should: Option<&str>) {
        if self.flags.json {
            return;
        }
        let there = match there {
            There::Bytes(bytes) => Some(String::from_utf8_lossy(bytes)),
            There::Nothing | There::Link => None,
        };
        let colour = self.terminal.results_look().colour;
        self.terminal.result(change::unified(path, there.as_deref(), should, colour));
    }
}

/// A file held against what stands at its place.
struct Compared<'f> {
    path: String,
    kind: Kind,
    /// The file, when something else is there or nothing. What is there already is let go.
    stale: Option<File<'f>>,
}

impl<'f> Compared<'f> {
    /// With `exactly`, digits that are not the file's own are noticed too. That takes longer than all else where nothing has
    /// changed, and where they alone differ nothing would be lost.
    fn of(folder: &Folder, made: Made<'f>, exactly: bool) -> Result<Self, Fault> {
        let draft = made.map_err(|error| Fault::internal(&error))?;
        let path = draft.path().to_owned();
        if !is_generated_path(&path) {
            return Err(Fault::internal(&PathError::Misplaced(path)));
        }
        let there = folder.read(&path)?;
        if let There::Bytes(bytes) = &there
            && !exactly
            && draft.is_there_but_for_digits(bytes)
        {
            return Ok(Compared { path, kind: Kind::Unchanged, stale: None });
        }
        let file = draft.sealed().map_err(|error| Fault::internal(&error))?;
        let kind = match there {
            There::Nothing => Kind::Add,
            There::Link => Kind::Foreign,
            There::Bytes(bytes) => change::compare(&path, &bytes, &file.text),
        };
        Ok(Compared { path, kind, stale: (kind != Kind::Unchanged).then_some(file) })
    }
}

fn json(summary: &Summary) -> Result<String, Fault> {
    let text = serde_json::to_string_pretty(summary).map_err(|error| Fault::internal(&error))?;
    Ok(text + "\n")
}
