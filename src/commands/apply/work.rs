//! An apply under way: what was read, what is wanted, and what became of it so far.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::super::Exit;
use super::super::aws::{Credentials, failed, network};
use super::telling::Progress;
use super::{Arguments, closed, gate, reviewed, telling};
use crate::change::stack::plan::{Found, Planned, Planning, Verdict, key_of, planning};
use crate::change::stack::steps::{self, Consent, Step};
use crate::change::stack::submission::Submission;
use crate::change::stack::view::left_over;
use crate::change::stack::{Standing, Template};
use crate::document::cloudformation::common::{Owner, tags};
use crate::document::specs::Specs;
use crate::document::stacks::{Purpose, Stack, stacks};
use crate::document::{RenderError, tree};
use crate::edge::aws::carry::{self, Bucket, Job, Outcome};
use crate::edge::aws::transitions::Turn;
use crate::edge::aws::{Aws, Failure, Given, Session, changes, reading};
use crate::edge::terminal::Terminal;
use crate::pipeline::text::{Part, Place};
use crate::pipeline::{Plan, artifacts};

/// An apply under way.
pub(super) struct Applying<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) consent: Consent,
    pub(super) aws: Aws,
    pub(super) session: Session,
    /// The stacks that are wanted.
    pub(super) wanted: Vec<Stack>,
    /// Their templates by path: text, and as it is compared.
    texts: BTreeMap<String, String>,
    templates: BTreeMap<String, Template>,
    /// Buckets for long templates, as the person named them.
    buckets: &'p [Given],
    /// The role that CloudFormation works with, by its name.
    role: Option<&'p str>,
    /// Why pipelines that are made are closed before their environments, as CodePipeline takes it; `None` where they are not.
    pub(super) closed: Option<String>,
    /// With `--closed`, the environments to which pipelines that stand are to lead: pipeline and environment.
    added: BTreeSet<(String, String)>,
    pub(super) found: Found,
    /// The stacks as they were when what would be done to them was shown: what was agreed to is agreed to of these.
    shown: BTreeMap<(Place, String), Standing>,
    /// The change sets of stacks that nothing stands of yet.
    pub(super) waiting: BTreeMap<(Place, String), Vec<String>>,
    /// What became of stacks, by place and name.
    pub(super) outcomes: BTreeMap<(Place, String), Outcome>,
}

impl<'p> Applying<'p> {
    /// One that has asked nothing yet.
    pub(super) fn new(
        plan: &'p Plan<'p>,
        specs: &Specs,
        arguments: &'p Arguments,
        terminal: &mut Terminal,
    ) -> Result<Self, Exit> {
        let given = (&arguments.credentials, arguments.template_bucket.as_slice());
        let role = reviewed::role(arguments.service_role.as_deref(), terminal)?;
        let closed = closed::reason_of(arguments.closed.as_deref(), terminal)?;
        let applying = Applying::with(plan, specs, given, arguments.consent(), terminal)?;
        Ok(Applying { role, closed, ..applying })
    }

    /// The same of what it needs: credentials, buckets for long templates, and what was agreed to.
    pub(super) fn with(
        plan: &'p Plan<'p>,
        specs: &Specs,
        (credentials, buckets): (&Credentials, &'p [Given]),
        consent: Consent,
        terminal: &mut Terminal,
    ) -> Result<Self, Exit> {
        let wanted = stacks(plan);
        let (texts, templates) = rendered(plan, specs, &wanted).map_err(|error| {
            terminal.error(&error, "this is a fault of branchline, not of your file: please report it");
            Exit::Failed
        })?;
        let known = |name: &String| plan.config.environments.contains_key(name);
        if let Some(name) =
            buckets.iter().filter_map(|one| one.environment.as_ref()).find(|name| !known(name))
        {
            terminal.error(
                format_args!("there is no environment `{name}`"),
                "the environments are those of branchline.yml; see `branchline map`",
            );
            return Err(Exit::Usage);
        }
        let session = credentials.session(plan.config, terminal)?;
        let aws = network(terminal)?;
        Ok(Applying {
            plan,
            consent,
            aws,
            session,
            wanted,
            texts,
            templates,
            buckets,
            role: None,
            closed: None,
            added: BTreeSet::new(),
            found: Found::default(),
            shown: BTreeMap::new(),
            waiting: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        })
    }

    /// Reads everything that a plan needs, and what waits under names that nothing stands under.
    pub(super) fn read(&mut self, terminal: &mut Terminal) -> Result<(), Exit> {
        let Applying { aws, session, wanted, templates, plan, .. } = &mut *self;
        let app = &plan.config.app;
        let changing = |found: &Found| steps::changing(&planning(app, wanted, templates, found));
        let asked = async {
            let found = reading::found(session, wanted, changing).await?;
            let mut waiting = BTreeMap::new();
            for stack in wanted.iter() {
                let standing = found.stacks.get(&stack.place).and_then(|stacks| stacks.get(&stack.name));
                if standing.is_some_and(Standing::is_nothing_yet) {
                    let client = session.at(&stack.place).await?.cloudformation;
                    let names = changes::names(&client, &stack.name).await?;
                    waiting.insert((stack.place.clone(), stack.name.clone()), names);
                }
            }
            Ok((found, waiting))
        };
        let asked = aws.wait_telling(asked, |seconds| terminal.progress(&reads(seconds)));
        terminal.unpaint();
        (self.found, self.waiting) = asked.map_err(|failure: Failure| failed(&failure, terminal))?;
        Ok(())
    }

    /// What would be done, by what was read last.
    pub(super) fn planning(&self) -> Planning {
        let Applying { plan, wanted, templates, found, .. } = self;
        planning(&plan.config.app, wanted, templates, found).without_waiting(plan)
    }

    /// What was read last is what was shown.
    pub(super) fn show(&mut self) {
        let all =
            self.found.stacks.iter().flat_map(|(place, stacks)| stacks.iter().map(move |one| (place, one)));
        self.shown =
            all.map(|(place, (name, standing))| ((place.clone(), name.clone()), standing.clone())).collect();
    }

    /// Whether anything is to be done.
    pub(super) fn has_work(&self) -> bool {
        let planning = self.planning();
        !steps::mending(&planning).is_empty()
            || Step::ALL.iter().any(|step| !steps::work(&planning, *step).is_empty())
            || !left_over(&self.found, &planning).is_empty()
    }

    /// Mends the stacks that are stuck, which was agreed to, and reads everything anew.
    pub(super) fn mend(&mut self, terminal: &mut Terminal) -> Result<(), Exit> {
        let planning = self.planning();
        let stuck = steps::mending(&planning);
        if stuck.is_empty() {
            return Ok(());
        }
        for (planned, how) in stuck {
            let Stack { place, name, .. } = &planned.stack;
            let Some(id) = self.standing(&planned.stack).map(|standing| standing.id.clone()) else {
                continue;
            };
            let Applying { aws, session, .. } = self;
            let ended = aws.wait(async {
                let clients = session.at(place).await?;
                carry::mend(&clients, (name, &id), how, |news| telling::news(&news, terminal)).await
            });
            let outcome = ended.map_err(|failure| failed(&failure, terminal))?;
            if !outcome.is_good() {
                let outcomes = BTreeMap::from([((place.clone(), name.clone()), outcome)]);
                return Err(telling::end(&planning, &outcomes, terminal));
            }
        }
        self.read(terminal)?;
        for (planned, _) in steps::mending(&planning) {
            let Stack { place, name, .. } = &planned.stack;
            let key = (place.clone(), name.clone());
            match self.standing(&planned.stack).cloned() {
                Some(now) => self.shown.insert(key, now),
                None => self.shown.remove(&key),
            };
        }
        gate::pass(self, Vec::new(), terminal)
    }

    /// The ways of pipelines that stand which `--closed` closes: none without it.
    pub(super) fn untrodden(&mut self, terminal: &mut Terminal) -> Result<Vec<Turn>, Exit> {
        let planning = self.planning();
        let Applying { aws, session, plan, closed: Some(reason), .. } = self else { return Ok(Vec::new()) };
        let is_new = |name: &str| {
            let is_it = |one: &&Planned| matches!(&one.stack.purpose, Purpose::Pipeline(own) if own == name);
            planning.stacks.iter().find(is_it).is_some_and(|one| one.verdict == Verdict::Create)
        };
        let seen = closed::look((aws, session, plan), reason, is_new, terminal)?;
        self.added = seen.added;
        Ok(seen.untrodden)
    }

    /// Closes them.
    pub(super) fn close(&mut self, found: &[Turn], terminal: &mut Terminal) -> Result<(), Exit> {
        let Applying { aws, session, plan, closed: Some(reason), .. } = self else { return Ok(()) };
        closed::close((aws, session, plan), reason, found, terminal)
    }

    /// Does what is to be done in a step; whether all of it went well.
    pub(super) fn step(&mut self, step: Step, terminal: &mut Terminal) -> Result<bool, Exit> {
        // What the steps before put out may change what this one is given.
        let planning = self.planning();
        gate::refuse(&steps::refusals(&planning, self.consent, &self.waiting), terminal)?;
        let work = steps::work(&planning, step);
        let mut jobs = Vec::with_capacity(work.len());
        for planned in &work {
            jobs.push(self.job(planned, terminal)?);
        }
        let progress = RefCell::new(Progress::new(jobs.len(), terminal));
        let carried = carry::all(jobs, |news| progress.borrow_mut().news(&news));
        let outcomes = self.aws.wait_telling(carried, |seconds| progress.borrow_mut().tick(seconds));
        terminal.unpaint();
        let is_good = outcomes.iter().all(Outcome::is_good);
        let keys = work.iter().map(|planned| (planned.stack.place.clone(), planned.stack.name.clone()));
        self.outcomes.extend(keys.zip(outcomes));
        if is_good && step == Step::Bases && !work.is_empty() {
            self.read(terminal)?;
        }
        Ok(is_good)
    }

    fn job(&mut self, planned: &Planned, terminal: &mut Terminal) -> Result<Job, Exit> {
        let Applying { aws, session, .. } = self;
        let clients =
            aws.wait(session.at(&planned.stack.place)).map_err(|failure| failed(&failure, terminal))?;
        let declared_anew = steps::is_declared_anew(planned);
        let still = match &planned.stack.purpose {
            Purpose::Pipeline(name) if declared_anew && !self.consent.interrupt => Some(name.clone()),
            _ => None,
        };
        let submission = self.submission(planned).ok_or_else(|| {
            terminal.error(
                format_args!("no template of `{}` was made", planned.stack.name),
                "this is a fault of branchline, not of your file: please report it",
            );
            Exit::Failed
        })?;
        let bucket = self.bucket(&planned.stack);
        // Bases are read anew when they are done, which is not to take over what somebody else did to the other stacks.
        let key = (planned.stack.place.clone(), planned.stack.name.clone());
        let before = self.shown.get(&key).filter(|standing| !standing.is_nothing_yet()).cloned();
        let Consent { wait: waits, replace: replaces, .. } = self.consent;
        let closes = match (&planned.stack.purpose, &self.closed) {
            (Purpose::Pipeline(name), Some(reason)) => {
                let is_new = planned.verdict == Verdict::Create;
                let is_added =
                    |environment: &str| self.added.contains(&(name.clone(), environment.to_owned()));
                closed::ways(self.plan, name, reason, |environment| is_new || is_added(environment))
            }
            _ => Vec::new(),
        };
        Ok(Job { clients, submission, before, bucket, still, waits, replaces, closes })
    }

    /// The parameters that a stack's template has.
    pub(super) fn parameters_of(&self, stack: &Stack) -> &[String] {
        self.templates.get(&stack.template).map(Template::parameters).unwrap_or_default()
    }

    /// A stack as it was read last.
    fn standing(&self, stack: &Stack) -> Option<&Standing> {
        self.found.stacks.get(&stack.place)?.get(&stack.name)
    }

    /// What CloudFormation is handed for a stack.
    pub(super) fn submission(&self, planned: &Planned) -> Option<Submission> {
        let stack = &planned.stack;
        let (text, template) = (self.texts.get(&stack.template)?, self.templates.get(&stack.template)?);
        let takes = stack.keys.iter().filter(|(name, _)| template.parameters().contains(name));
        let values = takes
            .filter_map(|(name, region)| Some((name.clone(), key_of(region, &self.wanted, &self.found)?)));
        let owner = match &stack.purpose {
            Purpose::Base => Owner::App,
            Purpose::Environment(name) => Owner::Environment(name),
            Purpose::Pipeline(name) => Owner::Pipeline(name),
        };
        let tags = tags(self.plan.config, owner).map(|(key, value)| (key.to_owned(), value.to_owned()));
        let submission = Submission::new(&stack.name, (text, template), values.collect(), tags.collect());
        let role = self.role.map(|name| reviewed::role_arn(&stack.place, name));
        Some(Submission { role, ..submission })
    }

    /// The bucket for a stack's template, if it is too long for a request: the one that the person named, or the app's own, which is
    /// for the pipelines' account alone.
    pub(super) fn bucket(&self, stack: &Stack) -> Option<Bucket> {
        let (home, place) = (&self.plan.home, &stack.place);
        let host = format!("s3.{}.{}", place.region(), place.partition().url_suffix());
        let own = match &stack.purpose {
            Purpose::Environment(name) => {
                self.buckets.iter().rfind(|one| one.environment.as_ref() == Some(name))
            }
            Purpose::Base | Purpose::Pipeline(_) => None,
        };
        if let Some(named) = own.or_else(|| self.buckets.iter().rfind(|one| one.environment.is_none())) {
            return Some(Bucket { name: named.value.clone(), owner: None, host });
        }
        if !place.shares_account_with(home) {
            return None;
        }
        let name =
            artifacts::bucket(self.plan.config, &home.in_region_of(place)).resolve(|part| match part {
                Part::Account(text) | Part::Region(text) => text.to_string(),
                // A bucket's name has no other parts.
                _ => String::new(),
            });
        Some(Bucket { name, owner: Some(home.account().to_owned()), host })
    }
}

type Rendered = (BTreeMap<String, String>, BTreeMap<String, Template>);

/// What is told while AWS is asked for so many seconds.
pub(in crate::commands) fn reads(seconds: u64) -> String {
    format!("{seconds} s, asking AWS what stands there")
}

/// The templates of the stacks by path, as `generate` would write them.
fn rendered(plan: &Plan, specs: &Specs, wanted: &[Stack]) -> Result<Rendered, RenderError> {
    let paths: BTreeSet<&str> = wanted.iter().map(|stack| stack.template.as_str()).collect();
    let (mut texts, mut templates) = (BTreeMap::new(), BTreeMap::new());
    for file in tree::files(plan, specs) {
        let file = file?;
        if paths.contains(file.path.as_str()) {
            let template = Template::read(&file.text).map_err(|error| RenderError {
                path: file.path.clone(),
                reason: error.to_string(),
                misfit: None,
            })?;
            templates.insert(file.path.clone(), template);
            texts.insert(file.path, file.text.clone());
        }
    }
    Ok((texts, templates))
}
