use super::*;

#[test]
fn a_guarded_command_is_itself_in_its_environments_and_nothing_elsewhere() {
    let only = BTreeSet::from(["production", "x'); rm -rf /; '"]);
    let text = guarded("cat <<END\nhello\nEND", &only);
    assert_eq!(
        text,
        "case \"$ENVIRONMENT\" in\nproduction|'x'\\''); rm -rf /; '\\''')\ncat <<END\nhello\nEND\n;;\nesac"
    );
}

#[test]
fn names_of_steps_are_names_of_services_and_never_twice_the_same() {
    assert_eq!(
        (slug("DB_Migrate..now"), slug("-"), slug("größe")),
        ("db-migrate-now".to_owned(), String::new(), "gr-e".to_owned())
    );
}
