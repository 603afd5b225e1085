//! Repositories that nobody would make on purpose.

use std::fs;

use crate::sample::{Sample, init, written};

const SAMPLE: Sample = Sample { files: &[], branches: &[], tags: &[], remote: "git@github.com:acme/shop" };

#[test]
fn no_secret_is_read_or_shown() {
    let sample = Sample {
        files: &[
            (".env", "DATABASE_URL=postgres://S3CRET\n"),
            (".env.production", "S3CRET=1\n"),
            ("flyway.conf", "flyway.password=S3CRET\n"),
            ("config/database.yml", "production: { password: S3CRET }\n"),
            ("alembic.ini", "sqlalchemy.url = postgres://u:S3CRET@h/d\n"),
            ("knexfile.js", "module.exports = { password: 'S3CRET' }\n"),
            (
                "compose.yaml",
                "services: { web: { build: { context: ., args: { TOKEN: S3CRET } }, environment: { KEY: S3CRET }, ports: [80] } }\n",
            ),
            ("Dockerfile", "FROM scratch\nENV KEY=S3CRET\nARG TOKEN=S3CRET\n"),
        ],
        remote: "https://me:S3CRET@github.com/acme/shop.git",
        ..Sample::default()
    };
    let place = sample.place();
    let run = init(&place, &[]);
    run.done();
    assert!(written(&place).contains("flyway migrate"));
    for text in [written(&place), run.stdout, run.stderr] {
        assert!(!text.contains("S3CRET"), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_passed_over_and_told() {
    let place = SAMPLE.place();
    let folder = place.path("shop");
    fs::write(folder.join("Gemfile"), b"gem \"rails\" # caf\xe9\n").unwrap();
    fs::create_dir_all(folder.join("big")).unwrap();
    fs::write(folder.join("big/Dockerfile"), "FROM a\n".repeat(100_000)).unwrap();
    fs::create_dir_all(folder.join("Dockerfile/inside")).unwrap();
    fs::write(folder.join("package.json"), "{{{").unwrap();
    fs::write(folder.join("compose.yaml"), "a: &a [*a, {{").unwrap();
    let run = init(&place, &[]);
    run.done();
    assert!(run.stderr.contains("not looked at: Gemfile: it is not UTF-8 text"), "{}", run.stderr);
    assert!(run.stderr.contains("not looked at: big/Dockerfile: it has more than 256 KiB"), "{}", run.stderr);
    assert!(written(&place).contains("no Dockerfile was found"));
    place.branchline("shop", &["check"]).done();
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_followed() {
    use std::os::unix::fs::symlink;
    let place = SAMPLE.place();
    let folder = place.path("shop");
    place.write("secret/Dockerfile", "FROM outside\n");
    symlink(place.path("secret"), folder.join("outside")).unwrap();
    symlink(&folder, folder.join("around")).unwrap();
    symlink("around", folder.join("Dockerfile")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(folder.join("Makefile")).status().unwrap().success());
    init(&place, &[]).done();
    assert!(written(&place).contains("no Dockerfile was found"));
}

#[test]
fn what_git_ignores_and_what_others_wrote_is_passed_by() {
    let sample = Sample {
        files: &[
            (".gitignore", "/tmp/\n"),
            ("tmp/Dockerfile", "FROM a\n"),
            ("vendor/bundle/Dockerfile", "FROM a\n"),
            ("web/node_modules/a/package.json", "{ \"scripts\": { \"test\": \"a\" } }"),
            ("test/Dockerfile", "FROM a\n"),
            (".devcontainer/Dockerfile", "FROM a\n"),
            ("api/Dockerfile", "FROM a\n"),
        ],
        ..SAMPLE
    };
    let place = sample.place();
    init(&place, &[]).done();
    let text = written(&place);
    assert_eq!(text.matches("Seen in ").count(), 1, "{text}");
    assert!(text.contains("Seen in api/Dockerfile") && text.contains("None were found"), "{text}");
}

#[test]
fn thousands_of_folders_and_names_of_every_kind_make_a_file_that_passes() {
    let place = SAMPLE.place();
    let folder = place.path("shop");
    for number in 0..3000 {
        fs::create_dir_all(folder.join(format!("z/{number}/b"))).unwrap();
        fs::write(folder.join(format!("z/{number}/b/Dockerfile")), "FROM scratch\n").unwrap();
    }
    for name in
        ["日本", "a\u{202e}b", "$(touch x)", "a'b", "{{resolve:ssm:x}}", "-f", "a: b", "#", "new\nline"]
    {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("Dockerfile"), "FROM a\nEXPOSE 80\n").unwrap();
        fs::write(folder.join(name).join("manage.py"), "").unwrap();
    }
    let run = init(&place, &[]);
    run.done();
    assert!(run.stderr.contains("more Dockerfiles and the like than 500"), "{}", run.stderr);
    assert!(run.stderr.lines().count() < 20, "{}", run.stderr);
    place.branchline("shop", &["check"]).done();
    assert!(!folder.join("x").exists());
}
