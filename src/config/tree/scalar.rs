//! What a plain scalar is: YAML 1.2.2, section 10.3.2, the core schema.

use super::Value;

/// The value of a scalar without quotes.
///
/// `yes`, `on` and `1_000` are text here, though YAML 1.1 has other ideas; where a switch or a number is wanted, the
/// judge of the shape says so. A run of digits is a number however many zeros it begins with, so an account id
/// without quotes never passes as text.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if is_integer(text) => Value::Integer(text.to_owned()),
        _ if is_float(text) => Value::Float(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    }
}

fn is_integer(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    are_digits(without_sign(text))
}

fn is_float(text: &str) -> bool {
    let unsigned = without_sign(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let is_number = match number.split_once('.') {
        Some(("", after)) => are_digits(after),
        Some((before, after)) => are_digits(before) && (after.is_empty() || are_digits(after)),
        None => are_digits(number),
    };
    is_number && exponent.is_none_or(|exponent| are_digits(without_sign(exponent)))
}

fn without_sign(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_without_quotes_is_a_number_with_zeros_and_without() {
        for id in ["012345678901", "222222222222"] {
            assert_eq!(plain(id), Value::Integer(id.to_owned()));
        }
    }

    #[test]
    fn numbers_are_told_from_text_as_the_core_schema_has_it() {
        for text in ["0o17", "0x1F", "-1", "+12", "0"] {
            assert!(matches!(plain(text), Value::Integer(_)), "{text}");
        }
        for text in ["1.5", "1.", ".5", "-1e3", "1.5E-3", ".inf", "-.Inf", ".nan"] {
            assert!(matches!(plain(text), Value::Float(_)), "{text}");
        }
        for text in
            ["yes", "on", "1_000", "0o8", "0x", "1.2.3", "12:30", "-", ".", "e3", "-.nan", "2012-10-17", "1e"]
        {
            assert_eq!(plain(text), Value::Text(text.to_owned()), "{text}");
        }
    }
}
