//! `{app}`, `{environment}` and `{service}` in values.

/// What placeholders stand for where a value is used. One that is `None` was refused when the file was judged.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names<'a> {
    /// The app.
    pub app: &'a str,
    /// The environment.
    pub environment: Option<&'a str>,
    /// The service.
    pub service: Option<&'a str>,
}

impl Names<'_> {
    /// The text with every placeholder filled in.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = text.replace("{app}", self.app);
        if let Some(environment) = self.environment {
            filled = filled.replace("{environment}", environment);
        }
        if let Some(service) = self.service {
            filled = filled.replace("{service}", service);
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn every_placeholder_is_filled_in_wherever_it_stands() {
        let names = Names { app: "shop", environment: Some("dev"), service: Some("api") };
        assert_eq!(names.fill("{app}-{environment}/{service}-{app}"), "shop-dev/api-shop");
        assert_eq!(names.fill("plain"), "plain");
    }
}
