use super::super::draft::{Environment, Rule, Start};
use super::*;

fn place(file: &str, line: usize) -> Place {
    Place { file: file.to_owned(), branches: vec!["release".to_owned()], line, column: 1 }
}

fn report() -> Report {
    let manifest = "copilot/pipeline.yml";
    let draft = Draft {
        rules: vec![Rule {
            key: "release".to_owned(),
            start: Start::of("release"),
            environments: vec!["staging".to_owned(), "production".to_owned()],
            services: None,
            pipeline: "shop|`x`".to_owned(),
            place: place(manifest, 1),
        }],
        environments: vec![Environment {
            name: "production".to_owned(),
            approval: true,
            verify: Vec::new(),
            place: place(manifest, 9),
        }],
        ..Draft::default()
    };
    let remark = |weight, what: &str, line| Remark {
        weight,
        what: what.to_owned(),
        help: "do *this*".to_owned(),
        place: Some(place(manifest, line)),
    };
    let remarks = vec![
        remark(Weight::Changed, "later", 2),
        remark(Weight::Mistake, "`require_approval`\u{1b}[31m <b>", 9),
        remark(Weight::Mistake, "earlier", 3),
    ];
    let guard = Guard {
        place: place(".gitattributes", 4),
        line: "copilot/pipeline.yml merge=ours".to_owned(),
        pattern: "copilot/pipeline.yml".to_owned(),
        is_ours_to_remove: true,
    };
    Report::new("Copilot", draft, remarks, vec![guard], false)
}

#[test]
fn mistakes_come_first_and_each_stands_with_its_place() {
    let text = report().text(80);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
    assert!(at("release  → staging → production (approval)") < at("Was wrong before (2):"));
    assert!(
        at("earlier") < at("require_approval") && at("require_approval") < at("Is not the same afterwards")
    );
    assert!(text.contains("copilot/pipeline.yml:9 on release"));
    assert!(text.contains("can go") && text.contains("is not configured in this clone"));
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn markdown_takes_no_orders_from_what_was_read() {
    let text = report().markdown();
    assert!(text.contains("| `release` | staging → production (approval) | `` shop\\|`x` `` |"), "{text}");
    assert!(
        text.contains(
            "- [ ] **`require_approval` \\[31m \\<b\\>** (copilot/pipeline.yml:9 on release): do \\*this\\*"
        ),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn the_data_has_all_of_it() {
    let json = report().json();
    assert_eq!(json["remarks"][0]["weight"], "mistake");
    assert_eq!(json["remarks"][1]["place"]["line"], 9);
    assert_eq!(json["rules"][0]["environments"][1], "production");
    assert_eq!(json["guards"][0]["removed_by_write"], true);
    assert_eq!(json["merge_driver_configured"], false);
}
