//! The buildspecs under test, from branchline's own functions. Point these at generated files to test those.

use branchline::document::buildspec::{self, Buildspec, Image, ImageTest, Recipe};
use branchline::document::steps::Steps;
use indexmap::IndexMap;

/// The text as it would stand in a stack.
pub fn text(spec: &Buildspec) -> String {
    buildspec::to_yaml(spec).expect("a buildspec is YAML")
}

/// The steps.
pub fn steps() -> Steps {
    Steps::new().expect("the templates are Handlebars")
}

/// A recipe with everything in it.
pub fn recipe() -> Recipe {
    Recipe {
        dockerfile: "docker/rails/Dockerfile".into(),
        context: ".".into(),
        target: Some("production".into()),
        platform: "linux/amd64".into(),
        args: IndexMap::from([("RUBY".into(), "3.4".into()), ("NOTE".into(), "it's $HOME".into())]),
        secrets: vec!["BUNDLE_TOKEN".into()],
        cache_repository: Some("shop/api-cache".into()),
    }
}

/// The service `api`, with everything.
pub fn api() -> Image {
    Image {
        name: "api".into(),
        image_variable: "IMAGE_API".into(),
        repository: "shop/api".into(),
        container: "app".into(),
        recipe: recipe(),
    }
}

/// The service `mail-worker`, with nothing that can be left out.
pub fn worker() -> Image {
    Image {
        name: "mail-worker".into(),
        image_variable: "IMAGE_MAIL_WORKER".into(),
        repository: "shop/mail-worker".into(),
        container: "worker".into(),
        recipe: Recipe {
            dockerfile: "Dockerfile".into(),
            context: "worker".into(),
            platform: "linux/amd64".into(),
            ..Recipe::default()
        },
    }
}

/// Builds two services.
pub fn build() -> String {
    text(&buildspec::build_images(&steps(), &[api(), worker()]).expect("a buildspec"))
}

/// Tests in the checkout.
pub fn test_in_checkout(commands: &[&str]) -> String {
    text(&buildspec::test_in_checkout(&owned(commands)))
}

/// Tests in the image, or in a stage of its Dockerfile.
pub fn test_in_image(commands: &[&str], variables: &[&str], recipe: Option<&Recipe>) -> String {
    let (commands, variables) = (owned(commands), owned(variables));
    let test = ImageTest { commands: &commands, variables: &variables, recipe };
    text(&buildspec::test_in_image(&steps(), &test).expect("a buildspec"))
}

/// Migrates.
pub fn migrate() -> String {
    text(&buildspec::migrate(&steps()).expect("a buildspec"))
}

/// Keeps what is deployed.
pub fn keep() -> String {
    text(&buildspec::keep(&steps()).expect("a buildspec"))
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}
