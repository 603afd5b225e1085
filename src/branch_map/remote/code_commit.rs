//! Addresses of repositories in AWS CodeCommit (AWS CodeCommit user guide, "Setup steps for HTTPS connections", "for SSH
//! connections" and "with git-remote-codecommit"), and of their pages in AWS's console.

use super::{Address, Remote, RemoteFault};
use crate::config::raw::RawProvider;
use crate::config::regions::is_region;

/// What a repository is called in messages about its host.
const HOST: &str = "CodeCommit";

/// The repository of an address, where that is one of CodeCommit's: `https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop`,
/// the same by ssh, `codecommit://profile@shop`, `codecommit::eu-west-1://shop`, and the console's
/// `https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/shop/browse`.
pub(super) fn found(address: &Address) -> Option<Result<Remote, RemoteFault>> {
    let (name, region) = by_helper(address).or_else(|| by_host(address)).or_else(|| by_page(address))?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    if !is_name(name) || region.is_some_and(|region| !is_region(region)) {
        return Some(Err(RemoteFault::CodeCommit));
    }
    let remote = Remote {
        provider: Some(RawProvider::CodeCommit),
        host: HOST.to_owned(),
        repository: name.to_owned(),
        region: region.map(str::to_owned),
    };
    Some(Ok(remote))
}

/// git-remote-codecommit's: name and region. What stands before `@` is a profile of the person's.
fn by_helper<'a>(address: &Address<'a>) -> Option<(&'a str, Option<&'a str>)> {
    let region = match (address.helper, address.scheme) {
        (Some("codecommit"), Some(region)) => Some(region),
        (None, Some("codecommit")) => None,
        _ => return None,
    };
    // The name stands where others have their host, and ends there.
    let name = if address.path.trim_matches('/').is_empty() { address.name } else { "" };
    Some((name, region))
}

/// By HTTPS and by ssh; `git-codecommit-fips` is that of validated cryptography.
fn by_host<'a>(address: &'a Address) -> Option<(&'a str, Option<&'a str>)> {
    let (service, rest) = address.host.split_once('.')?;
    let region = ends_of_amazon(rest)?;
    matches!(service, "git-codecommit" | "git-codecommit-fips").then(|| {
        let path = address.path.trim_matches('/');
        (path.strip_prefix("v1/repos/").unwrap_or_default(), Some(region))
    })
}

fn ends_of_amazon(host: &str) -> Option<&str> {
    host.strip_suffix(".amazonaws.com").or_else(|| host.strip_suffix(".amazonaws.com.cn"))
}

/// A page of the console, which may be of one region by its host or by its query.
fn by_page<'a>(address: &'a Address) -> Option<(&'a str, Option<&'a str>)> {
    const CONSOLES: [&str; 3] =
        ["console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com"];
    let host = address.host.as_str();
    let console = CONSOLES.iter().find_map(|console| host.strip_suffix(console))?;
    let (path, query) = address.path.split_once('?').unwrap_or((address.path, ""));
    let rest = path.strip_prefix("codesuite/codecommit/repositories/")?;
    let of_query = || query.split(['&', '#']).find_map(|part| part.strip_prefix("region="));
    let region = console.strip_suffix('.').or_else(of_query);
    Some((rest.split(['/', '#']).next().unwrap_or_default(), region))
}

/// Names of CodeCommit's: up to 100 letters, digits, `.`, `-` and `_`, and none ends in `.git` (AWS CodeCommit user guide, "Quotas").
fn is_name(name: &str) -> bool {
    name.len() <= 100 && super::is_name(name)
}

#[cfg(test)]
mod tests {
    use super::super::{Remote, RemoteFault};
    use crate::config::raw::RawProvider;

    #[test]
    fn code_commit_is_read_in_every_form_with_its_region_where_the_address_names_it() {
        for (address, region) in [
            ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop", Some("eu-west-1")),
            ("https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop/", Some("eu-west-1")),
            ("https://me:pw@git-codecommit-fips.us-east-1.amazonaws.com/v1/repos/Shop", Some("us-east-1")),
            ("https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/Shop.git", Some("cn-north-1")),
            ("ssh://APKAEXAMPLE@git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop", Some("eu-west-1")),
            ("ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/Shop", Some("eu-west-1")),
            ("codecommit://Shop", None),
            ("codecommit://profile@Shop", None),
            ("codecommit::eu-west-1://Shop", Some("eu-west-1")),
            ("codecommit::eu-west-1://profile@Shop", Some("eu-west-1")),
            (
                "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/Shop/browse",
                Some("eu-west-1"),
            ),
            (
                "https://console.amazonaws-us-gov.com/codesuite/codecommit/repositories/Shop/browse?region=us-gov-west-1",
                Some("us-gov-west-1"),
            ),
            ("https://console.aws.amazon.com/codesuite/codecommit/repositories/Shop", None),
        ] {
            let remote = Remote::parse(address).unwrap_or_else(|fault| panic!("{address}: {fault}"));
            assert_eq!(remote.provider, Some(RawProvider::CodeCommit), "{address}");
            let parts = (remote.repository.as_str(), remote.region.as_deref(), remote.host.as_str());
            assert_eq!(parts, ("Shop", region, "CodeCommit"), "{address}");
        }
    }

    #[test]
    fn what_is_in_code_commit_and_no_repository_is_refused() {
        for address in [
            "https://git-codecommit.eu-west-1.amazonaws.com/shop",
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/",
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/a/b",
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/$(id)",
            "codecommit::eu-west-1://",
            "codecommit::EU://shop",
            "codecommit://shop/more",
            "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/",
        ] {
            assert_eq!(Remote::parse(address), Err(RemoteFault::CodeCommit), "{address}");
        }
        for address in [
            "https://git-codecommit.example.com/acme/shop",
            "https://git-codecommit.eu-west-1.amazonaws.com.evil.example/v1/repos/shop",
            "https://evil-console.aws.amazon.com.example/codesuite/codecommit/repositories/shop",
        ] {
            let other = Remote::parse(address).map(|remote| remote.provider);
            assert_eq!(other, Ok(None), "{address}");
        }
    }

    #[test]
    fn a_repository_of_code_commit_is_the_one_of_its_region_with_its_capitals() {
        let named = Remote::parse("codecommit::eu-west-1://Shop").unwrap();
        assert!(named.is_called("Shop", "eu-west-1"));
        assert!(!named.is_called("shop", "eu-west-1") && !named.is_called("Shop", "us-east-1"));
        assert!(Remote::parse("codecommit://Shop").unwrap().is_called("Shop", "us-east-1"));
        assert!(Remote::parse("git@github.com:Acme/Shop").unwrap().is_called("acme/shop", "us-east-1"));
    }
}
