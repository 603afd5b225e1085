//! All that `doctor` asks of AWS, a file for each kind of thing. Nothing is written, and nothing is asked for that would be answered
//! with a value of a secret or a parameter.
//!
//! A call that AWS does not allow, or refuses, is noted and the rest goes on; one that brings no answer at all (throttled, no
//! connection, credentials that have just expired) ends it.

mod asking;
mod containers;
mod logs;
mod made_up;
mod names;
mod networks;
mod quotas;
mod tables;

use super::session::Session;
use super::{Failure, Kind, connections, stacks};
use crate::change::stack::Standing;
use crate::doctor::facts::{Answer, Copilot, Facts};
use crate::doctor::questions::Questions;
use crate::pipeline::text::Place;
use asking::Asking;

/// The tag of what Copilot made (AWS Copilot's documentation, "Tagging").
const COPILOT_TAG: &str = "copilot-application";

/// Looks at everything. Fails where no account could be asked, or where AWS gave no answer.
pub async fn facts(session: &mut Session, questions: &Questions) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    let mut asking = open(session, questions, &mut facts).await?;
    of_stacks(&mut asking, questions, &mut facts).await?;
    connection(&mut asking, questions, &mut facts).await?;
    containers::look(&mut asking, questions, &mut facts).await?;
    networks::look(&mut asking, questions, &mut facts).await?;
    names::look(&mut asking, questions, &mut facts).await?;
    logs::look(&mut asking, questions, &mut facts).await?;
    quotas::look(&mut asking, questions, &mut facts).await?;
    facts.hidden = asking.ended()?;
    Ok(facts)
}

/// The ways to all places. An account that cannot be asked is a fact, unless it is so with all of them.
async fn open(session: &mut Session, questions: &Questions, facts: &mut Facts) -> Result<Asking, Failure> {
    let (mut asking, mut first) = (Asking::default(), None);
    let others = questions.things.keys().map(|thing| &thing.place);
    for place in questions.places.iter().map(|(place, _)| place).chain(others) {
        if facts.closed.contains_key(place.account()) || asking.at(place).is_some() {
            continue;
        }
        match session.at(place).await {
            Ok(clients) => asking.open(place, clients),
            Err(failure) if matches!(failure.kind, Kind::Unreachable | Kind::Throttled | Kind::Strange) => {
                return Err(failure);
            }
            Err(failure) => {
                let why = (failure.to_string(), failure.help().to_owned());
                facts.closed.insert(place.account().to_owned(), why);
                first = first.or(Some(failure));
            }
        }
    }
    match first {
        Some(failure) if asking.is_nowhere() => Err(failure),
        _ => Ok(asking),
    }
}

/// What the stacks of each place tell: of Copilot, of the connection that ours makes, of their number.
async fn of_stacks(asking: &mut Asking, questions: &Questions, facts: &mut Facts) -> Result<(), Failure> {
    for (place, _) in &questions.places {
        let Some(clients) = asking.at(place) else { continue };
        let all = stacks::all(&clients.cloudformation).await;
        let answer = asking.settle(place, all)?;
        made_up::look(asking, (place, &clients), answer.there(), questions, facts).await?;
        let Answer::There(all) = answer else { continue };
        let mut left = Copilot::default();
        for (name, stack) in &all {
            if let Some(app) = stack.tags.get(COPILOT_TAG) {
                left.stacks.entry(app.clone()).or_default().push(name.clone());
            }
        }
        facts.copilot.insert(place.clone(), left);
        facts.quotas.extend(quotas::of_stacks(asking, place, all.len() as u64).await?);
        if Some(place) == questions.home() && questions.connection.is_none() {
            let made =
                all.values().find_map(|stack: &Standing| stack.exports.get(&questions.connection_export));
            facts.connection = made.map(|arn| (arn.clone(), Answer::Hidden));
        }
    }
    Ok(())
}

async fn connection(asking: &mut Asking, questions: &Questions, facts: &mut Facts) -> Result<(), Failure> {
    let made = facts.connection.take().map(|(arn, _)| arn);
    let (Some(arn), Some(home)) = (questions.connection.clone().or(made), questions.home()) else {
        return Ok(());
    };
    // It may be of another region, which its ARN names. Of one in another account nothing is asked: only its own account may.
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let place = Place::new(home.account(), region);
    if account != home.account() {
        return Ok(());
    }
    let Some(clients) = asking.at(&place) else { return Ok(()) };
    let asked = connections::status(&clients.codeconnections, &arn).await;
    let answer = match asking.settle(&place, asked)? {
        Answer::There(Some(status)) => Answer::There(status),
        Answer::There(None) | Answer::Missing => Answer::Missing,
        Answer::Hidden => Answer::Hidden,
    };
    facts.connection = Some((arn, answer));
    Ok(())
}
