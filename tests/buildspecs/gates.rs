//! What guards the environments, as the stacks say it.

use std::sync::OnceLock;

use serde_json::Value;

use crate::support::stacks::{Stacks, role_name};

/// Every kind of gate, in every kind of place.
pub const TEXT: &str = include_str!("../judges/configurations/gates/branchline.yml");

fn stacks() -> &'static Stacks {
    static STACKS: OnceLock<Stacks> = OnceLock::new();
    STACKS.get_or_init(|| Stacks::of(TEXT))
}

/// A rule of a stage.
pub struct Rule<'a> {
    /// The stage's name.
    stage: &'a str,
    /// `BeforeEntry` or `OnSuccess`.
    when: &'static str,
    /// What follows when it does not hold.
    result: &'a str,
    /// The name of the role under which it looks.
    pub role: Option<String>,
    declared: &'a Value,
}

impl Rule<'_> {
    fn provider(&self) -> &str {
        self.declared["RuleTypeId"]["Provider"].as_str().expect("a provider")
    }

    fn setting(&self, key: &str) -> &str {
        self.declared["Configuration"][key].as_str().unwrap_or_default()
    }
}

fn stages(stacks: &Stacks) -> impl Iterator<Item = &Value> {
    let pipelines = stacks.all("AWS::CodePipeline::Pipeline").iter();
    pipelines.flat_map(|pipeline| pipeline["Stages"].as_array().expect("stages"))
}

fn stage<'a>(stacks: &'a Stacks, name: &str) -> &'a Value {
    stages(stacks).find(|stage| stage["Name"] == name).unwrap_or_else(|| panic!("no stage {name}"))
}

/// All rules of the stages.
pub fn rules(stacks: &Stacks) -> impl Iterator<Item = Rule<'_>> {
    stages(stacks).flat_map(|stage| {
        ["BeforeEntry", "OnSuccess"].into_iter().flat_map(move |when| {
            let conditions = stage[when]["Conditions"].as_array().into_iter().flatten();
            conditions.flat_map(move |condition| {
                condition["Rules"].as_array().expect("rules").iter().map(move |declared| Rule {
                    stage: stage["Name"].as_str().expect("a name"),
                    when,
                    result: condition["Result"].as_str().expect("a result"),
                    role: declared["RoleArn"].as_str().map(role_name),
                    declared,
                })
            })
        })
    })
}

/// The stages that have a rule of this provider, with the occasion.
fn guarded(provider: &str) -> Vec<(&str, &str)> {
    let mut guarded: Vec<_> = rules(stacks())
        .filter(|rule| rule.provider() == provider)
        .map(|rule| (rule.stage, rule.when))
        .collect();
    guarded.dedup();
    guarded
}

#[test]
fn a_window_stands_before_the_approval_and_before_the_first_change_and_nowhere_else() {
    assert_eq!(
        guarded("DeploymentWindow"),
        [
            ("Approve-staging", "BeforeEntry"),
            ("Deploy-staging", "BeforeEntry"),
            ("Approve-production", "BeforeEntry"),
            ("Migrate-production", "BeforeEntry"),
        ]
    );
}

#[test]
fn a_window_says_its_times_and_its_time_zone_and_fails_what_cannot_wait() {
    let of = |stage: &str| {
        let rule = rules(stacks()).find(|rule| rule.stage == stage && rule.when == "BeforeEntry");
        let rule = rule.unwrap_or_else(|| panic!("no window before {stage}"));
        (rule.setting("Cron").to_owned(), rule.setting("TimeZone").to_owned(), rule.result.to_owned())
    };
    let expected = |cron: &str, zone: &str| (cron.to_owned(), zone.to_owned(), "FAIL".to_owned());
    assert_eq!(of("Migrate-production"), expected("* * 9-16 ? * MON-THU *", "Asia/Tokyo"));
    assert_eq!(of("Approve-staging"), expected("* 0-29 8-19 1-7,15W,L JAN-NOV ? 2026-2040", "UTC"));
}

#[test]
fn a_rollback_follows_a_deploy_and_never_a_migration() {
    let rolled_back: Vec<&str> = stages(stacks())
        .filter(|stage| {
            stage["OnFailure"]["Result"] == "ROLLBACK" || stage["OnSuccess"].to_string().contains("ROLLBACK")
        })
        .map(|stage| stage["Name"].as_str().expect("a name"))
        .collect();
    assert_eq!(rolled_back, ["Deploy-dev", "Deploy-production"]);
}

#[test]
fn alarms_roll_back_where_that_is_said_and_fail_the_deploy_elsewhere() {
    let results: Vec<(&str, &str, &str)> = rules(stacks())
        .filter(|rule| rule.provider() == "CloudWatchAlarm")
        .map(|rule| (rule.stage, rule.when, rule.result))
        .collect();
    assert_eq!(
        results,
        [
            ("Deploy-quiet", "OnSuccess", "FAIL"),
            ("Deploy-staging", "OnSuccess", "FAIL"),
            ("Deploy-staging", "OnSuccess", "FAIL"),
            ("Deploy-production", "OnSuccess", "ROLLBACK"),
            ("Deploy-production", "OnSuccess", "ROLLBACK"),
        ]
    );
}

#[test]
fn an_alarm_is_watched_in_its_environments_region_by_the_environments_role() {
    let of = |stage: &str| -> Vec<(String, String, Option<String>, Option<String>)> {
        let rules = rules(stacks()).filter(|rule| rule.stage == stage && rule.when == "OnSuccess");
        rules
            .map(|rule| {
                let region = rule.declared["Region"].as_str().map(str::to_owned);
                assert_eq!(rule.setting("AlarmStates"), "ALARM");
                (rule.setting("AlarmName").to_owned(), rule.setting("WaitTime").to_owned(), rule.role, region)
            })
            .collect()
    };
    let one = |alarm: &str, wait: &str, role: &str, region: Option<&str>| {
        (alarm.to_owned(), wait.to_owned(), Some(role.to_owned()), region.map(str::to_owned))
    };
    assert_eq!(of("Deploy-quiet"), [one("shop-quiet-errors", "10", "shop-quiet-deploy", None)]);
    assert_eq!(
        of("Deploy-staging"),
        [
            one("shop staging errors", "90", "shop-staging-deploy", None),
            one("shop/a b", "90", "shop-staging-deploy", None)
        ]
    );
    let abroad = Some("us-east-1");
    assert_eq!(
        of("Deploy-production"),
        [
            one("shop-production-errors", "10", "shop-production-deploy", abroad),
            one("shop-production-latency", "10", "shop-production-deploy", abroad)
        ]
    );
}

#[test]
fn a_rule_runs_under_no_role_but_those_of_the_stages_actions() {
    for rule in rules(stacks()) {
        let Some(role) = rule.declared["RoleArn"].as_str() else { continue };
        let actions = stage(stacks(), rule.stage)["Actions"].as_array().expect("actions");
        assert!(actions.iter().all(|action| action["RoleArn"] == role), "{}: {role}", rule.stage);
    }
}

#[test]
fn only_a_role_whose_environment_has_alarms_may_look_at_them() {
    let looks: Vec<&str> = stacks()
        .roles
        .values()
        .filter(|role| {
            role.statements.iter().any(|it| it.action.contains(&"cloudwatch:DescribeAlarms".to_owned()))
        })
        .map(|role| role.name.as_str())
        .collect();
    assert_eq!(looks, ["shop-production-deploy", "shop-quiet-deploy", "shop-staging-deploy"]);
}

#[test]
fn an_approval_says_how_long_it_waits_where_that_is_not_a_week() {
    let asks = |stacks: &Stacks, name: &str| {
        let actions = stage(stacks, name)["Actions"].as_array().expect("actions").clone();
        actions.into_iter().find(|action| action["Name"] == "Approve").expect("an approval")
    };
    let waits = |name: &str| asks(stacks(), name)["TimeoutInMinutes"].as_u64();
    assert_eq!(waits("Approve-staging"), Some(3 * 24 * 60));
    assert_eq!(waits("Approve-production"), Some(12 * 60));
    let of_a_week = Stacks::of(&TEXT.replace("approval: { timeout: 3d }", "approval: { timeout: 7d }"));
    assert_eq!(asks(&of_a_week, "Approve-staging").get("TimeoutInMinutes"), None);
    let timed = |action: &Value| action.get("TimeoutInMinutes").is_some();
    let others = stages(stacks()).flat_map(|stage| stage["Actions"].as_array().expect("actions"));
    let others = others.filter(|action| action["ActionTypeId"]["Category"] != "Approval");
    assert!(!others.into_iter().any(timed), "CodePipeline takes a time-out on approvals alone");
}

#[test]
fn artifacts_outlive_the_longest_wait_for_people_and_windows() {
    let days = |text: &str| {
        let bucket = Stacks::of(text).all("AWS::S3::Bucket")[0].clone();
        let rules = bucket["LifecycleConfiguration"]["Rules"].as_array().expect("rules").clone();
        rules.iter().filter_map(|rule| rule["ExpirationInDays"].as_u64()).max().expect("an age")
    };
    // Staging: from the end of November to January, three days, the same again. Production: from Thursday to Monday, a day, the
    // same again. A day for all that is done, and thirty more.
    assert_eq!(days(TEXT), 32 + 3 + 32 + 4 + 1 + 4 + 1 + 30);
    let leap = TEXT.replace("1-7,15W,L JAN-NOV ? 2026-2040", "29 FEB ? *");
    assert_ne!(leap, TEXT);
    // The longest is from 2096 to 2104: 2100 has none.
    let eight_years = 8 * 365 + 1;
    assert_eq!(days(&leap), eight_years + 3 + eight_years + 9 + 1 + 30);
    let baked = TEXT.replace("bake: 1h30m", "bake: 24h");
    assert_ne!(baked, TEXT);
    assert_eq!(days(&baked), 32 + 3 + 32 + 4 + 1 + 4 + 2 + 30, "alarms are watched for a day more");
}
