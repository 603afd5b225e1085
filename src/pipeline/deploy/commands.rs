//! Deploys by commands of a person's own, on a machine in the environment's account, in the files of the commit. The role
//! may do what the file declares, and read its artifacts and secrets.

use indexmap::IndexMap;

use super::Where;
use crate::config::{Commands, Environment as Place, Machine};
use crate::pipeline::iam::Role;
use crate::pipeline::model::Variable;
use crate::pipeline::store::Artifacts;
use crate::pipeline::text::Text;
use crate::pipeline::{Plan, project};

pub(super) fn variables_and_role(
    plan: &Plan,
    place: &Place,
    service: &str,
    commands: &Commands,
    own: Where,
) -> (IndexMap<String, Variable>, Role, Machine) {
    let open = |text: &str| Variable::Plain(Text::from(text));
    let mut variables = IndexMap::from([
        ("ENVIRONMENT".to_owned(), open(&place.name)),
        ("SERVICE".to_owned(), open(service)),
        ("PIPELINE_REGION".to_owned(), Variable::Plain(plan.home.region_text())),
    ]);
    project::variables(&mut variables, &commands.variables, &commands.secrets);
    let Where { at, store, project, role } = own;
    let statements = project::secret_statements(at, &commands.secrets);
    let mut role = project::role(at, store, (project, role), Artifacts::Read, statements, &commands.machine);
    role.declared.clone_from(&commands.statements);
    (variables, role, commands.machine.clone())
}
