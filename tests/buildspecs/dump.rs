#[test]
fn dump() {
    std::fs::write("/tmp/dump-build.yml", crate::specs::build()).unwrap();
    let r = crate::specs::recipe();
    std::fs::write(
        "/tmp/dump-test.yml",
        crate::specs::test_in_image(&["bundle exec rspec", "echo 'x'"], &["RAILS_ENV"], Some(&r)),
    )
    .unwrap();
    std::fs::write(
        "/tmp/dump-test2.yml",
        crate::specs::test_in_image(&["bundle exec rspec", "echo 'x'"], &["RAILS_ENV"], None),
    )
    .unwrap();
    std::fs::write("/tmp/dump-migrate.yml", crate::specs::migrate()).unwrap();
}
