//! Everything that the branches have of buildspecs, brought together: what was compared, what is wrong, and a draft.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::super::copies::Branch;
use super::super::copilot::pick::place;
use super::super::draft::{Draft, Source};
use super::super::remark::{Remark, Weight};
use super::compare::{Comparison, compare};
use super::family::{Siblings, families};
use super::member::Member;
use super::mistakes::mistakes;
use super::propose;
use super::reading::{Reading, read};
use crate::branch_map::remote::{Remote, RemoteFault};
use crate::config::account::is_account;
use crate::config::raw::RawProvider;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The app's name, after the repository's.
    pub app: Option<String>,
    /// The account of the image repositories, where all buildspecs name one.
    pub account: Option<String>,
    /// Their region, where all name one.
    pub region: Option<String>,
    /// The families, compared.
    pub families: Vec<Comparison>,
    /// The map.
    pub draft: Draft,
    /// What is to be known.
    pub remarks: Vec<Remark>,
    /// Why no map can be proposed; `None` where one can.
    pub reason: Option<String>,
}

/// Reads all branches. `current` is the one that is checked out, `origin` what git knows of the remote, `app` the name that somebody said.
pub fn gather(
    branches: &[Branch],
    current: Option<&str>,
    origin: &Result<Remote, RemoteFault>,
    app: Option<&str>,
) -> Gathered {
    let (found, mut remarks) = families(branches, current);
    let mut all: Vec<(String, Vec<Member>)> = Vec::new();
    let is_any = !found.is_empty();
    for Siblings { name, all: siblings } in found {
        let members: Vec<Member> = siblings
            .into_iter()
            .filter_map(|sibling| {
                let Reading { spec, raised, findings } = read(&sibling.copy.text);
                remarks.extend(findings.into_iter().map(|finding| Remark {
                    weight: Weight::Lost,
                    what: finding.message,
                    help: finding.help,
                    place: Some(place(&sibling.copy, finding.place.unwrap_or_default())),
                }));
                remarks.extend(raised.into_iter().map(|raised| Remark {
                    weight: raised.weight,
                    what: raised.what,
                    help: raised.help,
                    place: Some(place(&sibling.copy, raised.span)),
                }));
                spec.map(|spec| Member::new(sibling, spec))
            })
            .collect();
        if members.len() > 1 {
            all.push((name, members));
        }
    }
    let families: Vec<Comparison> = all.iter().map(|(name, members)| compare(name, members)).collect();
    for (_, members) in &all {
        remarks.extend(mistakes(members));
    }
    let app = app.map(str::to_owned).or_else(|| {
        let name = origin.as_ref().ok()?.repository.rsplit('/').next()?;
        propose::slug(name, 20)
    });
    let (account, region) = registry(&all, &mut remarks);
    if all.is_empty() {
        let reason = if is_any {
            "of no family two buildspecs can be read"
        } else {
            "no buildspecs stand beside each other whose names end in branches or environments, and none differs from branch to branch"
        };
        return Gathered { app, remarks, reason: Some(reason.to_owned()), ..Gathered::default() };
    }
    let names: BTreeSet<&str> = branches.iter().map(|branch| branch.name.as_str()).collect();
    let propose::Proposal { mut draft, remarks: told, reason } =
        propose::propose(&all, &names, app.as_deref().unwrap_or("app"));
    remarks.extend(told);
    draft.source = source(origin, &mut remarks);
    Gathered { app, account, region, families, draft, remarks, reason }
}

/// Where the code comes from.
fn source(origin: &Result<Remote, RemoteFault>, remarks: &mut Vec<Remark>) -> Option<Source> {
    let said = match origin {
        Ok(Remote { provider: Some(provider), repository, .. })
            if [RawProvider::GitHub, RawProvider::GitLab, RawProvider::Bitbucket].contains(provider) =>
        {
            return Some(Source {
                provider: *provider,
                repository: repository.clone(),
                connection: None,
                region: None,
            });
        }
        Ok(remote) => format!("the git remote `origin` is on `{}`, a server of your own", remote.host),
        Err(fault) => fault.to_string(),
    };
    remarks.push(Remark {
        weight: Weight::Lost,
        what: said,
        help: "write `source.repository`, and where it is a server of your own `provider`, `host` and `connection`".to_owned(),
        place: None,
    });
    None
}

/// The account and the region of the image repositories, where there is one each.
fn registry(
    families: &[(String, Vec<Member>)],
    remarks: &mut Vec<Remark>,
) -> (Option<String>, Option<String>) {
    let Ok(pattern) =
        Regex::new(r"\b([0-9]{12})\.dkr\.ecr\.([a-z]{2}(?:-gov)?-[a-z]+-[0-9])\.amazonaws\.com")
    else {
        return (None, None);
    };
    let (mut accounts, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for member in families.iter().flat_map(|(_, members)| members) {
        let lines = member.spec.settings.iter().flat_map(|setting| &setting.lines);
        let texts = lines.map(|line| super::shell::filled(line.text(), &member.variables));
        for text in texts.chain(member.variables.values().cloned()) {
            for found in pattern.captures_iter(&text) {
                accounts.extend(found.get(1).map(|one| one.as_str().to_owned()));
                regions.extend(found.get(2).map(|one| one.as_str().to_owned()));
            }
        }
        for name in ["AWS_ACCOUNT_ID", "ACCOUNT_ID", "AWS_ACCOUNT"] {
            accounts.extend(member.variables.get(name).filter(|value| is_account(value)).cloned());
        }
        for name in ["AWS_DEFAULT_REGION", "AWS_REGION"] {
            let is_region = Regex::new(r"^[a-z]{2}(?:-gov)?-[a-z]+-[0-9]$");
            let value = member
                .variables
                .get(name)
                .filter(|value| is_region.as_ref().is_ok_and(|form| form.is_match(value)));
            regions.extend(value.cloned());
        }
    }
    for (what, found) in [("accounts", &accounts), ("regions", &regions)] {
        if found.len() > 1 {
            let names: Vec<&str> = found.iter().map(String::as_str).collect();
            remarks.push(Remark {
                weight: Weight::Changed,
                what: format!("the buildspecs speak of several {what}: {}", names.join(", ")),
                help: "images are built once, in the account and region of the pipelines, and environments elsewhere pull them from there: \
                       say which it is (`--account`, `--region`), and write `account` and `region` of the other environments"
                    .to_owned(),
                place: None,
            });
        }
    }
    let one = |found: BTreeSet<String>| (found.len() == 1).then(|| found.into_iter().next()).flatten();
    (one(accounts), one(regions))
}
