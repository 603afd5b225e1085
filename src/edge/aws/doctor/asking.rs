//! Asking, and keeping what was not answered.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::doctor::facts::{Answer, Hidden};
use crate::edge::aws::light::Service;
use crate::edge::aws::{Clients, Failure, Kind, each};
use crate::pipeline::text::Place;

/// Pages of one list at most: what names fifty things at a time names enough by then.
const PAGES: usize = 200;

/// The places that can be asked, and what came of it.
#[derive(Default)]
pub(super) struct Asking {
    places: BTreeMap<Place, Clients>,
    hidden: BTreeSet<Hidden>,
    refused: Option<Failure>,
    answered: bool,
}

/// A question to one place, and what it is about.
pub(super) struct Question<K> {
    pub about: K,
    pub place: Place,
    pub input: Value,
}

impl Asking {
    pub(super) fn open(&mut self, place: &Place, clients: Clients) {
        self.places.insert(place.clone(), clients);
    }

    /// The clients of a place; `None` where it cannot be asked.
    pub(super) fn at(&self, place: &Place) -> Option<Clients> {
        self.places.get(place).cloned()
    }

    pub(super) fn is_nowhere(&self) -> bool {
        self.places.is_empty()
    }

    /// What could not be looked at. Where nothing at all was answered, that is the failure.
    pub(super) fn ended(self) -> Result<BTreeSet<Hidden>, Failure> {
        match self.refused {
            Some(failure) if !self.answered => Err(failure),
            _ => Ok(self.hidden),
        }
    }

    /// Takes a no for what it is: that there is nothing, or that it may not be looked at. All else is handed on.
    pub(super) fn settle<T>(
        &mut self,
        place: &Place,
        asked: Result<T, Failure>,
    ) -> Result<Answer<T>, Failure> {
        match asked {
            Ok(answer) => {
                self.answered = true;
                Ok(Answer::There(answer))
            }
            Err(failure) if failure.is_missing() => {
                self.answered = true;
                Ok(Answer::Missing)
            }
            Err(failure) if matches!(failure.kind, Kind::Denied | Kind::Refused) => {
                self.hidden.insert(Hidden {
                    place: place.clone(),
                    call: failure.call.clone(),
                    is_denied: failure.kind == Kind::Denied,
                    message: failure.message.clone(),
                });
                self.refused.get_or_insert(failure);
                Ok(Answer::Hidden)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Asks a service many things of one kind, side by side. Questions to places that cannot be asked are left out.
    pub(super) async fn many<K: Send + 'static>(
        &mut self,
        service: Service,
        operation: &'static str,
        questions: Vec<Question<K>>,
    ) -> Result<Vec<(K, Answer<Value>)>, Failure> {
        let open = questions.into_iter().filter_map(|question| {
            let light = self.places.get(&question.place)?.light.clone();
            Some((question, light))
        });
        let asked = each(open.collect::<Vec<_>>(), |(question, light)| async move {
            let answer = light.ask(service, operation, &question.input).await;
            Ok((question.about, question.place, answer))
        });
        let mut answers = Vec::new();
        for (about, place, answer) in asked.await? {
            answers.push((about, self.settle(&place, answer)?));
        }
        Ok(answers)
    }

    /// Asks a service one thing.
    pub(super) async fn one(
        &mut self,
        place: &Place,
        (service, operation): (Service, &'static str),
        input: &Value,
    ) -> Result<Answer<Value>, Failure> {
        let Some(Clients { light, .. }) = self.at(place) else { return Ok(Answer::Hidden) };
        let asked = light.ask(service, operation, input).await;
        self.settle(place, asked)
    }

    /// Asks for a list, page after page: the items below `key`. `token` is what the next page is called, in the question and in the
    /// answer.
    pub(super) async fn list(
        &mut self,
        place: &Place,
        (service, operation): (Service, &'static str),
        mut input: Value,
        (key, token): (&str, &str),
    ) -> Result<Answer<Vec<Value>>, Failure> {
        let Some(Clients { light, .. }) = self.at(place) else { return Ok(Answer::Hidden) };
        let mut items = Vec::new();
        for _ in 0..PAGES {
            let asked = light.ask(service, operation, &input).await;
            let mut page = match self.settle(place, asked)? {
                Answer::There(page) => page,
                Answer::Missing => return Ok(Answer::Missing),
                Answer::Hidden => return Ok(Answer::Hidden),
            };
            if let Value::Array(some) = page[key].take() {
                items.extend(some);
            }
            match page[token].take() {
                next @ Value::String(_) if next != "" => input[token] = next,
                _ => break,
            }
        }
        Ok(Answer::There(items))
    }
}

/// A text of an answer.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
