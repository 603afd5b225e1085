//! Connections to hosts of repositories, which a person has to complete.

use aws_sdk_codeconnections::Client;

use super::failure::Failure;

/// The status of a connection: `AVAILABLE`, `PENDING`, `ERROR` (CodeConnections API reference, `Connection`); `None` where there is
/// none of this ARN.
pub async fn status(client: &Client, arn: &str) -> Result<Option<String>, Failure> {
    let asked = client.get_connection().connection_arn(arn).send().await;
    match asked.map_err(|error| Failure::of("codeconnections:GetConnection", error)) {
        Ok(found) => Ok(found
            .connection
            .and_then(|connection| connection.connection_status)
            .map(|status| status.as_str().to_owned())),
        Err(failure) if failure.is_missing() => Ok(None),
        Err(failure) => Err(failure),
    }
}
