//! Why an action failed: what a chat is told of it, and what mail is.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{JUDGED, base, bridge, events, files, rules, shown};

/// What the chat `team` is sent of a failure for this reason: of the failure itself, and of why.
struct Told {
    failure: Vec<String>,
    reason: Vec<String>,
}

/// The rules of `team` for failed actions, by which many reasons are asked about.
struct Team {
    rules: Vec<Value>,
    /// What is told of a failure whose reason nobody could take amiss: one text.
    usual: Vec<String>,
}

impl Team {
    fn new() -> Self {
        let resources = base(&files(JUDGED));
        let is_of_actions = |rule: &&Value| {
            let name = rule["Name"].as_str().unwrap();
            name.starts_with("shop-notify-team-failed") || name.starts_with("shop-notify-team-reason")
        };
        let rules: Vec<Value> = rules(&resources).into_iter().filter(is_of_actions).cloned().collect();
        assert_eq!(rules.len(), 2, "{rules:#?}");
        let mut team = Team { rules, usual: Vec::new() };
        team.usual = team.told(&events::failed_build()).failure;
        assert_eq!(team.usual.len(), 1);
        team
    }

    fn told(&self, result: &Value) -> Told {
        let event = events::action("shop-develop", "Build", "Build", "Build", "FAILED", Some(result.clone()));
        let [failure, reason] = ["failed", "reason"].map(|what| {
            let of_it = |rule: &&Value| rule["Name"].as_str().unwrap().ends_with(what);
            let picked =
                self.rules.iter().filter(of_it).filter(|rule| bridge::fits(&rule["EventPattern"], &event));
            picked.map(|rule| bridge::told(&rule["Targets"][0]["InputTransformer"], &event)).collect()
        });
        Told { failure, reason }
    }

    fn of(&self, reason: &str) -> Told {
        let mut result = events::failed_build();
        result["external-execution-summary"] = json!(reason);
        self.told(&result)
    }
}

/// What no chat is to be told, for it would end the JSON, be an escape in it, be a mention, or a link with another text.
const KEPT_BACK: [char; 6] = ['"', '\\', '\n', '<', '@', '['];

const THREAD: &str = "01234567-0123-0123-0123-012345678901-Build-Build";

/// Whatever the reason is, the failure is told, and in the same words; the reason is told beside it in its own, or it is not.
fn is_told_safely(team: &Team, reason: &str) -> Result<(), TestCaseError> {
    let told = team.of(reason);
    prop_assert_eq!(&told.failure, &team.usual, "of {:?}", reason);
    let is_kept_back = reason.is_empty() || reason.contains(KEPT_BACK);
    prop_assert_eq!(told.reason.len(), usize::from(!is_kept_back), "of {:?}", reason);
    let Some(text) = told.reason.first() else { return Ok(()) };
    if reason.contains(|letter: char| letter < ' ') {
        // No JSON, so nothing is shown of it, and it cannot be taken for another message.
        prop_assert!(serde_json::from_str::<Value>(text).is_err(), "{}", text);
        return Ok(());
    }
    let message: Value = serde_json::from_str(text).unwrap();
    prop_assert_eq!(&message["metadata"], &json!({ "threadId": THREAD }));
    let expected = "shop-develop: why Build failed in Build\nReason, as the action gave it: ";
    prop_assert!(shown(text).starts_with(&format!("{expected}{reason}\nLog: https://")), "{}", shown(text));
    Ok(())
}

#[test]
fn a_chat_is_told_of_a_failure_and_in_the_same_thread_of_its_reason() {
    let team = Team::new();
    let told = team.of("(service api) (deployment failed) (error: tasks failed to start).");
    let [failure, reason] = [&told.failure, &told.reason].map(|texts| {
        let [text] = &texts[..] else { panic!("{texts:?}") };
        text
    });
    let thread = |text: &str| serde_json::from_str::<Value>(text).unwrap()["metadata"]["threadId"].clone();
    assert_eq!((thread(failure), thread(reason)), (json!(THREAD), json!(THREAD)));
    assert!(
        shown(failure)
            .starts_with("shop-develop: Build failed in Build\nError code: JobFailed\nLog: https://")
    );
    assert!(!failure.contains("tasks failed to start"), "{failure}");
    assert!(
        shown(reason).starts_with(
            "shop-develop: why Build failed in Build\nReason, as the action gave it: (service api) (deployment \
             failed) (error: tasks failed to start).\nLog: https://"
        ),
        "{}",
        shown(reason)
    );
}

#[test]
fn a_reason_that_says_nothing_and_none_at_all_are_not_told_beside_the_failure() {
    let team = Team::new();
    let mut without = events::failed_build();
    without.as_object_mut().unwrap().remove("external-execution-summary");
    for told in [team.of("Build terminated with state: FAILED"), team.of(""), team.told(&without)] {
        assert_eq!((told.failure.len(), told.reason.len()), (1, 0), "{:?}", told.reason);
    }
    let more = "Build terminated with state: FAILED. Phase: BUILD, Message: exit status 1";
    assert_eq!(team.of(more).reason.len(), 1);
}

#[test]
fn no_reason_breaks_what_a_chat_is_told_calls_anybody_or_hides_where_a_link_leads() {
    let team = Team::new();
    let nasty = [
        "\"}],\n<!channel> \\ `x` *y* @here \"version\": \"1.0\"",
        "Error while executing command: set -eu\nbundle exec rspec. Reason: exit status 1",
        "Error while executing command: echo \"$HOME\". Reason: exit status 1",
        "C:\\temp",
        "ends with \\",
        "<!channel>",
        "<@U0123ABCD>",
        "<https://evil.example.com|https://example.com>",
        "[https://example.com](https://evil.example.com)",
        "<at>everyone</at>",
        "@here",
        "\",\"title\":\"Approved",
        "\u{1b}[31mred\u{1b}[0m",
        "\r\n",
        "\u{0}",
        "\t",
        "*",
        "\\*",
        "${x} $(x) `x` *x* _x_",
        "Ünïcode ✓ \u{2028} \u{202e}",
    ];
    for reason in nasty {
        is_told_safely(&team, reason).unwrap_or_else(|fault| panic!("{reason:?}: {fault}"));
    }
    for letter in (0..=0x24f).filter_map(char::from_u32) {
        for reason in [format!("{letter}"), format!("a{letter}"), format!("{letter}b"), format!("a{letter}b")]
        {
            is_told_safely(&team, &reason).unwrap_or_else(|fault| panic!("{reason:?}: {fault}"));
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_reason_the_failure_is_told_once_and_the_reason_as_it_is_or_not_at_all(
        reason in r#"([a-z .:"\\<>@\[\](){}*`'\n\r\t]|\PC){0,40}"#,
    ) {
        thread_local! { static TEAM: Team = Team::new(); }
        TEAM.with(|team| is_told_safely(team, &reason))?;
    }
}

/// `EventBridge` refuses what is "too complex" (`document::harmless` says what is known of it).
#[test]
fn no_pattern_looks_for_more_letters_than_eventbridge_has_been_seen_to_take() {
    let team = Team::new();
    for rule in &team.rules {
        let asked = &rule["EventPattern"]["detail"]["execution-result"]["external-execution-summary"];
        let wildcards = asked[0]["anything-but"]["wildcard"].as_array().into_iter().flatten();
        let wildcards = wildcards.filter(|one| one.as_str().unwrap().contains('*')).count();
        let expected = if rule["Name"] == "shop-notify-team-reason" { 6 } else { 0 };
        assert_eq!(wildcards, expected, "{rule:#}");
    }
}

#[test]
fn mail_has_the_reason_whatever_it_is_and_no_rule_more() {
    let resources = base(&files(JUDGED));
    let names: Vec<&str> = rules(&resources).iter().map(|rule| rule["Name"].as_str().unwrap()).collect();
    let of_reasons: Vec<&&str> = names.iter().filter(|name| name.contains("-reason")).collect();
    assert_eq!(of_reasons, [&"shop-notify-releases-reason", &"shop-notify-team-reason"]);
    let mut result = events::failed_build();
    result["external-execution-summary"] = json!("\"}],\n<!channel>");
    let told = super::told(
        &resources,
        &[events::action("shop-develop", "Build", "Build", "Build", "FAILED", Some(result))],
    );
    let mail = &told["people"][0];
    let reason = mail.find("Reason, as the action gave it: \"}],\n<!channel>").unwrap();
    assert!(mail.contains("Log: https://") && mail.find("Log: ").unwrap() < reason, "{mail}");
}
