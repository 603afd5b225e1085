//! What AWS refused, or why it could not be asked.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use crate::operate::plain;

/// A call to AWS that gave no answer to work with. None of its texts holds a credential: they are AWS's own messages, which name
/// who asked by ARN, and the reasons of a connection.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: Kind,
    /// The call, as AWS names it: `cloudformation:DescribeStacks`.
    pub call: String,
    /// AWS's code, where it gave one: `AccessDenied`.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// AWS's number for the request, for its support.
    pub request: Option<String>,
}

/// Kinds of failures, by what a person does about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No credentials were found, or what gives them failed.
    NoCredentials,
    /// The credentials are of no use any more.
    Expired,
    /// They do not allow the call.
    Denied,
    /// They are of another account than the configured one.
    OtherAccount,
    /// AWS was asked too often, again and again.
    Throttled,
    /// No answer: no connection, or none in time.
    Unreachable,
    /// AWS said no for another reason.
    Refused,
    /// An answer that says something else than the SDK knows.
    Strange,
}

/// Codes of services that mean the same.
const CODES: [(&str, Kind); 23] = [
    ("ExpiredToken", Kind::Expired),
    ("ExpiredTokenException", Kind::Expired),
    ("RequestExpired", Kind::Expired),
    ("InvalidClientTokenId", Kind::Expired),
    ("UnrecognizedClientException", Kind::Expired),
    ("InvalidAccessKeyId", Kind::Expired),
    ("SignatureDoesNotMatch", Kind::Expired),
    ("InvalidSignatureException", Kind::Expired),
    ("AuthFailure", Kind::Expired),
    ("AccessDenied", Kind::Denied),
    ("AccessDeniedException", Kind::Denied),
    ("UnauthorizedOperation", Kind::Denied),
    ("NotAuthorized", Kind::Denied),
    ("AuthorizationError", Kind::Denied),
    ("OptInRequired", Kind::Denied),
    ("Throttling", Kind::Throttled),
    ("ThrottlingException", Kind::Throttled),
    ("TooManyRequestsException", Kind::Throttled),
    ("RequestLimitExceeded", Kind::Throttled),
    ("SlowDown", Kind::Throttled),
    ("ServiceUnavailable", Kind::Unreachable),
    ("InternalFailure", Kind::Unreachable),
    ("InternalError", Kind::Unreachable),
];

impl Failure {
    /// What the SDK says of a call.
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    pub(super) fn of<E, R>(call: &str, error: SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
        SdkError<E, R>: RequestId + Error,
        R: fmt::Debug,
    {
        let (code, request) = (error.code().map(str::to_owned), error.request_id().map(str::to_owned));
        let said = error.message().map(str::to_owned);
        let kind = match &error {
            SdkError::ServiceError(_) => code.as_deref().map_or(Kind::Refused, kind_of),
            SdkError::TimeoutError(_) => Kind::Unreachable,
            SdkError::DispatchFailure(failed) if failed.is_io() || failed.is_timeout() => Kind::Unreachable,
            // What gives credentials is asked while a request is made ready.
            SdkError::DispatchFailure(_) => Kind::NoCredentials,
            _ => Kind::Strange,
        };
        let message = plain(&said.unwrap_or_else(|| chain(&error)));
        Failure { kind, call: call.to_owned(), code, message, request }
    }

    /// The credentials of one account were found to be of another.
    pub(super) fn other_account(wanted: &str, who: &str) -> Self {
        Failure {
            kind: Kind::OtherAccount,
            call: "sts:GetCallerIdentity".to_owned(),
            code: None,
            message: format!("account {wanted} is wanted, and the credentials are of `{who}`"),
            request: None,
        }
    }

    /// An answer that lacks what it always has.
    pub(super) fn strange(call: &str, message: impl Into<String>) -> Self {
        Failure {
            kind: Kind::Strange,
            call: call.to_owned(),
            code: None,
            message: message.into(),
            request: None,
        }
    }

    /// A question that was let go in the middle.
    pub(super) fn interrupted() -> Self {
        Failure::strange("", "a question to AWS was not carried through")
    }

    /// Whether AWS says so of a thing that is not there.
    pub fn is_missing(&self) -> bool {
        let gone = |code: &str| {
            code.ends_with("NotFoundException")
                // EC2's end with a point and this (`InvalidSubnetID.NotFound`), SNS's is this alone.
                || code.ends_with("NotFound")
                || ["NoSuchEntity", "NoSuchResourceException"].contains(&code)
        };
        self.code.as_deref().is_some_and(gone)
            // ECS has no code of its own for it.
            || (self.code.as_deref() == Some("ClientException")
                && self.message.starts_with("Unable to describe task definition"))
            || (self.code.as_deref() == Some("ValidationError") && self.message.contains("does not exist"))
    }

    /// Whether AWS gave one of these codes.
    pub(super) fn has_code(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// What to do.
    pub fn help(&self) -> &'static str {
        match self.kind {
            Kind::NoCredentials => {
                "sign in (`aws sso login`, or the environment variables of a role), or name a profile with --profile"
            }
            Kind::Expired => "sign in again: the credentials have expired or are not valid any more",
            Kind::Denied => "ask for this right; docs/aws.md lists what each command calls",
            Kind::OtherAccount => {
                "name the account's profile with `--profile ENVIRONMENT=NAME`, or a role with `--role ENVIRONMENT=ARN`"
            }
            Kind::Throttled => "others ask this account a lot at the moment: try again in a minute",
            Kind::Unreachable => {
                "look at the network and the proxy, and at the region's name; then try again"
            }
            Kind::Refused => "what AWS says is the reason; nothing was changed by this call",
            Kind::Strange => "this branchline does not understand the answer: a newer one may",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.call, &self.code) {
            (call, _) if call.is_empty() => write!(f, "{}", self.message),
            (call, Some(code)) => write!(f, "{call} failed with {code}: {}", self.message),
            (call, None) => write!(f, "{call} failed: {}", self.message),
        }?;
        self.request.as_ref().map_or(Ok(()), |request| write!(f, " (request {request})"))
    }
}

impl Error for Failure {}

fn kind_of(code: &str) -> Kind {
    CODES.iter().find(|(known, _)| *known == code).map_or(Kind::Refused, |(_, kind)| *kind)
}

/// An error and what it came from, in one line: the outermost says only that something failed.
fn chain(error: &dyn Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        source = error.source();
    }
    said
}
