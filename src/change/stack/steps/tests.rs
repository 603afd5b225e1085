use super::*;
use crate::document::stacks::Stack;

fn planned(purpose: Purpose, verdict: Verdict) -> Planned {
    let stack = Stack {
        name: format!("shop-{purpose:?}"),
        purpose,
        place: Place::new("111122223333", "eu-west-1"),
        template: String::new(),
        keys: BTreeMap::new(),
    };
    Planned {
        stack,
        verdict,
        changes: Vec::new(),
        parameters: Vec::new(),
        drift: Vec::new(),
        is_unread: false,
        running: Vec::new(),
    }
}

fn pipeline(verdict: Verdict) -> Planned {
    planned(Purpose::Pipeline("shop-main".to_owned()), verdict)
}

fn change(kind: &str, verb: Verb) -> Change {
    Change { logical: "It".to_owned(), kind: kind.to_owned(), verb, what: Vec::new() }
}

fn whys(planned: Planned, consent: Consent) -> Vec<Why> {
    let planning = Planning { stacks: vec![planned], left: Vec::new() };
    refusals(&planning, consent, &BTreeMap::new()).into_iter().map(|one| one.why).collect()
}

const NONE: Consent = Consent { replace: false, interrupt: false, wait: false, mend: false };

#[test]
fn a_pipeline_that_runs_is_changed_only_by_who_says_so() {
    let mut running = pipeline(Verdict::Update);
    running.running = vec!["e-1".to_owned()];
    assert_eq!(whys(running.clone(), NONE), [], "its declaration stays");
    running.changes = vec![change("AWS::CodeBuild::Project", Verb::Update)];
    assert_eq!(whys(running.clone(), NONE), [], "a project is not the declaration");
    running.changes = vec![change(drift::PIPELINE, Verb::Update)];
    assert_eq!(whys(running.clone(), NONE), [Why::Running(vec!["e-1".to_owned()])]);
    assert_eq!(whys(running.clone(), Consent { interrupt: true, ..NONE }), []);
    assert_eq!(whys(running.clone(), Consent { wait: true, ..NONE }), [], "it waits before the update");
    running.changes.clear();
    running.parameters = vec![("Key".to_owned(), None, Some("new".to_owned()))];
    assert_eq!(whys(running, NONE), [Why::Running(vec!["e-1".to_owned()])], "a parameter is declared, too");
}

#[test]
fn what_carries_data_goes_only_by_who_says_so() {
    let mut update = planned(Purpose::Base, Verdict::Update);
    for (kind, verb, is_refused) in [
        ("AWS::S3::Bucket", Verb::Replace, true),
        ("AWS::S3::Bucket", Verb::Remove, true),
        ("AWS::S3::Bucket", Verb::Release, false),
        ("AWS::S3::Bucket", Verb::Update, false),
        ("AWS::IAM::Role", Verb::Replace, false),
        ("AWS::Logs::LogGroup", Verb::Replace, true),
        ("AWS::Logs::LogGroup", Verb::Remove, false),
    ] {
        update.changes = vec![change(kind, verb)];
        assert_eq!(!whys(update.clone(), NONE).is_empty(), is_refused, "{kind} {verb:?}");
        assert_eq!(whys(update.clone(), Consent { replace: true, ..NONE }), []);
    }
}

#[test]
fn a_stack_that_is_not_ours_is_never_touched_whatever_was_agreed_to() {
    let all = Consent { replace: true, interrupt: true, wait: true, mend: true };
    let foreign = planned(Purpose::Base, Verdict::Foreign(Some("other".to_owned())));
    assert_eq!(whys(foreign.clone(), all), [Why::Foreign(Some("other".to_owned()))]);
    let planning = Planning { stacks: vec![foreign], left: Vec::new() };
    assert!(work(&planning, Step::Bases).is_empty() && mending(&planning).is_empty());
}

#[test]
fn a_name_under_which_anothers_change_set_waits_is_left_alone() {
    let planning = Planning { stacks: vec![planned(Purpose::Base, Verdict::Create)], left: Vec::new() };
    let key = (planning.stacks[0].stack.place.clone(), planning.stacks[0].stack.name.clone());
    let waiting = |names: &[&str]| {
        BTreeMap::from([(key.clone(), names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())])
    };
    assert_eq!(refusals(&planning, NONE, &waiting(&["branchline-0a1b"])), []);
    assert_eq!(
        refusals(&planning, NONE, &waiting(&["branchline-0a1b", "mine"]))[0].why,
        Why::Claimed("mine".to_owned())
    );
}

#[test]
fn only_what_can_be_mended_is_and_only_by_who_says_so() {
    let consent = Consent { mend: true, ..NONE };
    for (status, way) in [
        ("ROLLBACK_COMPLETE", Some(Mend::Delete)),
        ("UPDATE_ROLLBACK_FAILED", Some(Mend::GoBack)),
        ("DELETE_FAILED", None),
        ("CREATE_FAILED", None),
        ("ROLLBACK_FAILED", None),
        ("UPDATE_FAILED", None),
    ] {
        let stuck = planned(Purpose::Base, Verdict::Stuck(status.to_owned()));
        assert_eq!(whys(stuck.clone(), NONE), [Why::Stuck(status.to_owned())]);
        assert_eq!(whys(stuck.clone(), consent).is_empty(), way.is_some(), "{status}");
        let planning = Planning { stacks: vec![stuck], left: Vec::new() };
        assert_eq!(mending(&planning).first().map(|(_, way)| *way), way);
    }
}

#[test]
fn bases_come_before_environments_and_these_before_pipelines() {
    let planning = Planning {
        stacks: vec![
            planned(Purpose::Base, Verdict::Create),
            planned(Purpose::Environment("dev".to_owned()), Verdict::Unchanged),
            planned(Purpose::Environment("live".to_owned()), Verdict::Update),
            pipeline(Verdict::Create),
        ],
        left: Vec::new(),
    };
    let steps = Step::ALL.map(|step| -> Vec<&Purpose> {
        work(&planning, step).into_iter().map(|one| &one.stack.purpose).collect()
    });
    let (base, live) = (Purpose::Base, Purpose::Environment("live".to_owned()));
    let main = Purpose::Pipeline("shop-main".to_owned());
    let wanted: [Vec<&Purpose>; 3] = [vec![&base], vec![&live], vec![&main]];
    assert_eq!(steps, wanted);
}
