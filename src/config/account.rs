//! Numbers of AWS accounts.

/// Whether a text is an account's number: twelve digits (AWS account management reference, "AWS account identifiers").
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_account;

    #[test]
    fn an_account_has_twelve_digits_and_nothing_else() {
        assert!(is_account("012345678901"));
        for text in ["", "01234567890", "0123456789012", "01234567890a", "٠١٢٣٤٥"] {
            assert!(!is_account(text), "{text}");
        }
    }
}
