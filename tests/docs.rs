//! What the documentation shows is what the program prints.

// What is unwrapped here is the test's own.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[test]
fn every_command_in_the_documentation_prints_what_stands_there() {
    let pages = ["docs/tour.md", "docs/json.md", "docs/examples.md"];
    let cases = trycmd::TestCases::new();
    for page in pages {
        cases.case(page);
    }
    cases.env("NO_COLOR", "1");
}

fn read(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn the_first_command_of_the_readme_does_the_main_job() {
    let readme = read("README.md");
    let line = readme
        .lines()
        .find_map(|line| line.strip_prefix("cargo run --release --no-default-features -- "))
        .unwrap();
    assert!(
        read("Makefile").contains(&format!("run --release --no-default-features -- {line}")),
        "`make demo` runs something else"
    );
    let mut words: Vec<&str> = line.split(' ').collect();
    let made = tempfile::tempdir().unwrap();
    let output = words.iter().position(|word| *word == "--output").unwrap() + 1;
    words[output] = made.path().to_str().unwrap();
    let mut command = assert_cmd::Command::cargo_bin("branchline").unwrap();
    command.args(&words).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().assert().success();
    let overview = std::fs::read_to_string(made.path().join("README.md")).unwrap();
    assert!(overview.contains("# The pipelines of shop"), "{overview}");
}

#[test]
fn the_map_in_the_readme_is_the_example_s() {
    let map = "branches:\n  develop: [dev]\n  release/*: [staging, production]\n";
    assert!(read("README.md").contains(map));
    assert!(read("examples/rails-ecs/branchline.yml").contains(map));
}

#[test]
fn every_key_of_the_file_is_explained() {
    fn names(schema: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(map) => {
                if let Some(serde_json::Value::Object(properties)) = map.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                map.values().for_each(|value| names(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| names(value, found)),
            _ => {}
        }
    }
    let mut keys = std::collections::BTreeSet::new();
    names(&serde_json::from_str(&read("schema/branchline.schema.json")).unwrap(), &mut keys);
    assert!(keys.len() > 30, "{keys:?}");
    let page = read("docs/configuration.md");
    let told = |key: &str| {
        [format!("`{key}`"), format!(".{key}`"), format!("`{key}."), format!(".{key}."), format!("{key}: {{")]
            .iter()
            .any(|form| page.contains(form))
    };
    let untold: Vec<&String> = keys.iter().filter(|key| !told(key)).collect();
    assert!(untold.is_empty(), "docs/configuration.md does not tell of {untold:?}");
}

#[test]
fn every_example_has_a_line_in_the_readme_and_a_section_in_its_page() {
    let (readme, page) = (read("README.md"), read("docs/examples.md"));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(readme.contains(&format!("| [{name}](examples/{name}) |")), "{name}");
        assert!(page.contains(&format!("## [{name}](../examples/{name}): ")), "{name}");
        count += 1;
    }
    assert_eq!(count, page.matches("\n## [").count());
}

#[test]
fn every_command_and_page_that_the_readme_names_is_there() {
    let readme = read("README.md");
    for page in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|page| !page.contains("://"))
    {
        let (file, heading) = page.split_once('#').unwrap_or((page, ""));
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        assert!(path.exists(), "the README points to {page}, which is not there");
        // As GitHub makes them: small letters, hyphens for spaces, no other signs.
        let slug = |line: &str| {
            let letters = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            letters
                .chars()
                .filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter))
                .collect::<String>()
        };
        let is_there = heading.is_empty()
            || read(file).lines().any(|line| line.starts_with('#') && slug(line) == heading);
        assert!(is_there, "the README points to {page}, a heading that is not there");
    }
}

/// A row of docs/faults.md: its command and what goes wrong.
fn rows_of_faults() -> Vec<(String, String)> {
    let page = read("docs/faults.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let mut cells = line.split(" | ");
        let mut next = || cells.next().unwrap_or_default().trim_start_matches("| ").to_owned();
        (next(), next())
    })
    .collect()
}

/// The tests compare the numbers; here it is seen that each row has one that does.
#[test]
fn every_row_of_the_faults_is_counted_by_a_test() {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let mut tests = String::new();
    for folder in std::fs::read_dir("tests").unwrap().filter_map(Result::ok) {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok) {
            if file.path().extension().is_some_and(|kind| kind == "rs") {
                tests.push_str(&squeezed(&std::fs::read_to_string(file.path()).unwrap()));
            }
        }
    }
    let rows = rows_of_faults();
    assert!(rows.len() > 10, "{rows:?}");
    for (command, what) in rows {
        let call = squeezed(&format!("counted(\"{command}\",\"{what}\","));
        assert!(tests.contains(&call), "no test counts: {command}, {what}");
    }
}
