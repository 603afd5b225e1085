//! The JSON Schema for editors.

use std::path::Path;

use branchline::config::schema::schema_json;

#[test]
fn the_schema_in_the_repository_is_the_one_the_program_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/branchline.schema.json");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, schema_json()).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, schema_json(), "write it anew: `BLESS=1 cargo test --test configuration`");
}
