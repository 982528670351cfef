//! Addresses in Chart.yaml.

/// Whether a text is an address with a scheme and a host, without blanks.
pub(super) fn is_address(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let host = rest.strip_prefix("//").unwrap_or(rest);
    let is_clean = |c: char| !c.is_whitespace() && !c.is_control();
    is_scheme && !host.is_empty() && !host.starts_with('/') && host.chars().all(is_clean)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        for text in [
            "https://example.com/x.png",
            "http://localhost",
            "git+ssh://a/b",
            "mailto:a@b.c",
        ] {
            assert!(is_address(text), "{text}");
        }
        for text in [
            "",
            "x.png",
            "nope nope",
            "https://",
            "https:///x",
            "https://a b",
            "/a:b",
            "1a://b",
        ] {
            assert!(!is_address(text), "{text}");
        }
    }
}
