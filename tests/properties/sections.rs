//! What a file says beside its rules and environments: the services, and the sections of the top level.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::guards::Deploy;
use crate::wide::{Rule, Wide};

/// What a service says of itself.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for a key that is there or not")]
pub(crate) struct Service {
    pub(crate) paths: bool,
    pub(crate) recipe: bool,
    /// None, in the checkout, in the image, in a stage of it.
    pub(crate) test: usize,
    /// None, as a task, in the image, in the checkout.
    pub(crate) migrates: usize,
    pub(crate) deploy: Deploy,
    /// Whether it is deployed after the one before it.
    pub(crate) waits: bool,
    /// Whether it is deployed with the first one's image.
    pub(crate) borrows: bool,
}

/// What the file says beside rules and services.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for a key that is there or not")]
pub(crate) struct Rest {
    /// None; in the checkout; in the image of the first service.
    pub(crate) test: usize,
    /// None, or one for each: as a task, in the image, in the checkout.
    pub(crate) migrations: Vec<usize>,
    pub(crate) tags: bool,
    pub(crate) boundary: bool,
    pub(crate) vpc: bool,
    pub(crate) cache: bool,
    pub(crate) repository: bool,
    pub(crate) overrides: bool,
}

pub(crate) const VPC: &str =
    "{ id: vpc-0a1b2c3d, subnets: [subnet-0a1b2c3d, subnet-1a1b2c3d], security_groups: [sg-0a1b2c3d] }";

/// A service.
pub(crate) fn service() -> impl Strategy<Value = Service> {
    let deploy = select(Deploy::ALL.to_vec());

    (vec(any::<bool>(), 4), 0..4usize, 0..4usize, deploy).prop_map(|(said, test, migrates, deploy)| Service {
        paths: said[0],
        recipe: said[1],
        test,
        migrates,
        deploy,
        waits: said[2],
        borrows: said[3],
    })
}

/// The sections of the top level.
pub(crate) fn rest() -> impl Strategy<Value = Rest> {
    (0..3usize, vec(1..4usize, 0..3), vec(any::<bool>(), 6)).prop_map(|(test, migrations, said)| Rest {
        test,
        migrations,
        tags: said[0],
        boundary: said[1],
        vpc: said[2],
        cache: said[3],
        repository: said[4],
        overrides: said[5],
    })
}

/// Takes out what no file can say: an image with a build of its own, a migration that runs beside no service.
pub(crate) fn agree(services: &mut [Service], rest: &Rest) {
    for (at, service) in services.iter_mut().enumerate() {
        service.borrows &= at > 0;
        if service.borrows {
            *service = Service { recipe: false, test: 0, migrates: 0, ..service.clone() };
        }
        let runs_beside = service.migrates == 1 || (at == 0 && rest.migrations.contains(&1));
        if runs_beside {
            service.deploy = Deploy::Ecs;
        }
    }
}

/// How a migration runs, as keys.
fn way(way: usize) -> &'static str {
    match way {
        1 => "command: bin/migrate, timeout: 20m",
        2 => "run: codebuild, command: [bin/migrate, \"it's $HOME\"], timeout: 10m",
        _ => {
            "run: codebuild, in: checkout, command: make migrate, cache: { paths: [/root/.cache/**/*] }, privileged: true"
        }
    }
}

impl Service {
    pub(crate) fn write(&self, out: &mut String, name: &str, before: Option<&str>) {
        writeln!(out, "  {name}:").unwrap();
        if self.paths {
            writeln!(out, "    paths: [\"{name}/**\"]").unwrap();
        }
        if self.recipe {
            writeln!(out, "    build: {{ context: {name}, target: live, args: {{ NOTE: \"it's $HOME\" }}, cache: true }}").unwrap();
        }
        match self.test {
            0 => {}
            1 => out.push_str("    test: { commands: [\"make test\\nmake lint\"], secrets: { TOKEN: { parameter_store: /t } } }\n"),
            2 => out.push_str("    test: { in: image, commands: [\"bin/test '$A'\"], variables: { A: \"on\" } }\n"),
            _ => out.push_str("    test: { in: image, target: test, commands: [bin/test], compute: medium }\n"),
        }
        if self.migrates > 0 {
            writeln!(out, "    migrate: {{ {} }}", way(self.migrates)).unwrap();
        }
        if self.borrows {
            out.push_str("    image_of: api\n");
        }
        if let Some(before) = before.filter(|_| self.waits) {
            writeln!(out, "    depends_on: [{before}]").unwrap();
        }
        writeln!(out, "    deploy: {}", self.deploy.said()).unwrap();
    }
}

impl Rest {
    pub(crate) fn write(&self, out: &mut String, first: &Rule) {
        if self.vpc || self.cache {
            out.push_str("build: { variables: { LEVEL: \"1\" }");
            if self.vpc {
                write!(out, ", vpc: {VPC}").unwrap();
            }
            if self.cache {
                out.push_str(", cache: { paths: [/root/.cache/**/*] }");
            }
            out.push_str(" }\n");
        }
        match self.test {
            0 => {}
            1 => out.push_str(
                "test: { commands: [\"make all\"], timeout: 15m, image: \"aws/codebuild/standard:7.0\" }\n",
            ),
            _ => out.push_str(
                "test: { in: image, service: api, commands: [bin/all], cache: { local: [docker_layers] } }\n",
            ),
        }
        if !self.migrations.is_empty() {
            out.push_str("migrate:\n");
            for (number, migration) in self.migrations.iter().enumerate() {
                writeln!(out, "  - {{ name: m{number}, service: api, {} }}", way(*migration)).unwrap();
            }
        }
        if self.tags {
            out.push_str("tags: { team: checkout, \"cost:center\": \"4711\" }\n");
        }
        if self.boundary {
            out.push_str("permission_boundary: wide\n");
        }
        if self.repository {
            out.push_str("buildspecs: repository\n");
        }
        if self.overrides {
            let environment = Wide::environments(first).next().unwrap();
            let pipeline = Wide::folder(first);
            for document in [
                "base.yml".to_owned(),
                format!("environments/{environment}.yml"),
                format!("{pipeline}pipeline.yml"),
            ] {
                if !out.contains("overrides:") {
                    out.push_str("overrides:\n");
                }
                writeln!(
                    out,
                    "  - {{ document: {document}, patch: [{{ op: add, path: /Metadata, value: {{ Note: [\"on\", \"a\\nb\\n\", 1] }} }}] }}"
                )
                .unwrap();
            }
        }
    }
}
