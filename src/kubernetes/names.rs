//! What names may look like, as `k8s.io/apimachinery/pkg/util/validation` has it. Each check gives what is wrong in a few words.

/// The longest label and the longest name that has no dots.
pub const LONGEST_LABEL: usize = 63;
/// The longest name with dots.
pub const LONGEST_SUBDOMAIN: usize = 253;

/// What is wrong with a name.
pub type Fault = &'static str;

/// A DNS label: up to 63 lower-case letters, digits and `-`.
pub fn dns_label(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_LABEL {
        return Err("it has more than 63 characters");
    }
    if is_label(text) {
        return Ok(());
    }
    Err("it takes lower-case letters, digits and `-`, with a letter or digit at both ends")
}

/// A DNS label that begins with a letter, as names of Services do.
pub fn dns_label_1035(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_LABEL {
        return Err("it has more than 63 characters");
    }
    if is_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    Err("it takes lower-case letters, digits and `-`, begins with a letter, and ends with a letter or digit")
}

/// DNS labels with dots between, up to 253 characters.
pub fn dns_subdomain(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_SUBDOMAIN {
        return Err("it has more than 253 characters");
    }
    if text.split('.').all(is_label) {
        return Ok(());
    }
    Err("it takes lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part")
}

/// A host of an Ingress or of a route that may begin with `*.`.
pub fn wildcard_host(text: &str) -> Result<(), Fault> {
    dns_subdomain(text.strip_prefix("*.").unwrap_or(text))
}

/// A name that is part of a path: no slash, no percent sign, and not dots alone.
pub fn path_segment(text: &str) -> Result<(), Fault> {
    match text {
        "." | ".." => Err("it cannot be `.` or `..`"),
        _ if text.contains('/') => Err("it cannot hold `/`"),
        _ if text.contains('%') => Err("it cannot hold `%`"),
        _ => Ok(()),
    }
}

/// The key of a label, annotation, taint or extended resource: a name of up to 63 characters, with a DNS name and `/` before it or
/// without.
pub fn qualified_name(text: &str) -> Result<(), Fault> {
    let name = match text.split_once('/') {
        Some((prefix, name)) => {
            if prefix.is_empty() || dns_subdomain(prefix).is_err() {
                return Err("what stands before the `/` is a DNS name in lower case");
            }
            name
        }
        None => text,
    };
    if name.is_empty() {
        return Err("it has no name");
    }
    if name.len() > LONGEST_LABEL {
        return Err("the name has more than 63 characters");
    }
    if is_name(name) {
        return Ok(());
    }
    Err(
        "it takes letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, and one `/` after a DNS name",
    )
}

/// The value of a label: empty, or up to 63 letters, digits, `-`, `_` and `.`.
pub fn label_value(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_LABEL {
        return Err("a label's value has at most 63 characters");
    }
    if text.is_empty() || is_name(text) {
        return Ok(());
    }
    Err("a label's value takes letters, digits, `-`, `_` and `.`, with a letter or digit at both ends")
}

/// The name of a port: up to 15 lower-case letters, digits and `-`, with a letter among them.
pub fn port_name(text: &str) -> Result<(), Fault> {
    if text.len() > 15 {
        return Err("a port's name has at most 15 characters");
    }
    if !is_label(text) {
        return Err(
            "a port's name takes lower-case letters, digits and `-`, with a letter or digit at both ends",
        );
    }
    if text.contains("--") {
        return Err("a port's name cannot hold `--`");
    }
    if !text.contains(|c: char| c.is_ascii_lowercase()) {
        return Err("a port's name has at least one letter");
    }
    Ok(())
}

/// The name of an environment variable: any visible ASCII without `=`.
pub fn env_name(text: &str) -> Result<(), Fault> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text
        .bytes()
        .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
    {
        return Ok(());
    }
    Err("it takes printable ASCII characters other than `=`")
}

/// The key of a ConfigMap or Secret: a file's name of letters, digits, `-`, `_` and `.`.
pub fn config_key(text: &str) -> Result<(), Fault> {
    if text.len() > LONGEST_SUBDOMAIN {
        return Err("it has more than 253 characters");
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || !text.chars().all(is_allowed) {
        return Err("a key takes letters, digits, `-`, `_` and `.`");
    }
    if text == "." || text.starts_with("..") {
        return Err("a key cannot be `.` or begin with `..`");
    }
    Ok(())
}

fn is_label(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= LONGEST_SUBDOMAIN
        && text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || c == '-')
}

fn is_name(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(is_end)
        && text.ends_with(is_end)
        && text.chars().all(|c| is_end(c) || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_their_alphabets() {
        assert!(dns_label("a-1").is_ok() && dns_label("1a").is_ok());
        for bad in ["", "A", "a.b", "-a", "a-", "a_b", &"a".repeat(64)] {
            assert!(dns_label(bad).is_err(), "{bad}");
        }
        assert!(dns_label_1035("a1").is_ok() && dns_label_1035("1a").is_err());
        assert!(dns_subdomain("a.b-c.1").is_ok() && dns_subdomain("a..b").is_err());
        assert!(qualified_name("example.com/Name_1.x").is_ok() && qualified_name("/x").is_err());
        assert!(qualified_name("a/b/c").is_err() && qualified_name("Example.com/x").is_err());
        assert!(label_value("").is_ok() && label_value("v1.2_3-x").is_ok() && label_value("a b").is_err());
        assert!(
            port_name("http").is_ok()
                && port_name("8080").is_err()
                && port_name("a-very-long-port-name").is_err()
        );
        assert!(
            config_key("prometheus.yml").is_ok() && config_key("a/b").is_err() && config_key("..x").is_err()
        );
        assert!(env_name("my.var-1").is_ok() && env_name("A=B").is_err());
    }
}
