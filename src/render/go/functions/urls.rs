//! Addresses, taken apart and put together as Go's `net/url` does it.

use super::convert::described;
use super::{Arguments, Call, Function, Type};
use crate::render::go::error::{Error, Result};
use crate::render::go::text::Text;
use crate::render::go::value::{Map, Value};

/// What this family holds.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("urlParse", &[Type::String], url_parse),
    Function::new("urlJoin", &[Type::Map], url_join),
    Function::new("getHostByName", &[Type::String], get_host_by_name),
];

/// Where in an address a part stands: each has letters that need no escape.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

/// An address.
#[derive(Default)]
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    /// The user with the password, escaped.
    user: Option<Vec<u8>>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

/// What others need to know of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `https`; empty for none.
    pub scheme: String,
    /// The host with its port.
    pub host: String,
}

/// Reads an address as Go does.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn address(text: &str) -> std::result::Result<Address, String> {
    let url = Url::parse(text.as_bytes())?;
    Ok(Address {
        scheme: shown(&url.scheme),
        host: shown(&url.host),
    })
}

type Parsed<T> = std::result::Result<T, String>;

fn find(text: &[u8], byte: u8) -> Option<usize> {
    memchr::memchr(byte, text)
}

/// The parts before and after the first of a byte.
fn cut(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match find(text, byte) {
        Some(place) => (
            text.get(..place).unwrap_or_default(),
            Some(text.get(place + 1..).unwrap_or_default()),
        ),
        None => (text, None),
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

impl Url {
    fn parse(text: &[u8]) -> Parsed<Url> {
        let mut url = Url::default();
        let (rest, fragment) = cut(text, b'#');
        url.parse_without_fragment(rest)?;
        if let Some(fragment) = fragment {
            url.fragment = unescape(fragment, Part::Fragment)?;
        }
        Ok(url)
    }

    fn parse_without_fragment(&mut self, text: &[u8]) -> Parsed<()> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("it holds a control character".to_owned());
        }
        if text == b"*" {
            self.path = text.to_vec();
            return Ok(());
        }
        let (scheme, rest) = split_scheme(text)?;
        self.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        self.query = query.unwrap_or_default().to_vec();
        let mut rest = rest;
        if !rest.starts_with(b"/") {
            if !self.scheme.is_empty() {
                self.opaque = rest.to_vec();
                return Ok(());
            }
            let (segment, _) = cut(rest, b'/');
            if segment.contains(&b':') {
                return Err("its first element holds a colon".to_owned());
            }
        }
        let is_authority = !self.scheme.is_empty() || !rest.starts_with(b"///");
        if let Some(after) = rest.strip_prefix(b"//").filter(|_| is_authority) {
            let end = find(after, b'/').unwrap_or(after.len());
            let (authority, path) = after.split_at(end);
            self.parse_authority(authority)?;
            rest = path;
        }
        self.path = unescape(rest, Part::Path)?;
        Ok(())
    }

    fn parse_authority(&mut self, authority: &[u8]) -> Parsed<()> {
        let host = match memchr::memrchr(b'@', authority) {
            None => authority,
            Some(at) => {
                let user = authority.get(..at).unwrap_or_default();
                let is_user =
                    |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(byte);
                if !user.iter().all(is_user) {
                    return Err("its user holds a character that has to be escaped".to_owned());
                }
                let (name, password) = cut(user, b':');
                let mut escaped = escape(&unescape(name, Part::User)?, Part::User);
                if let Some(password) = password {
                    escaped.push(b':');
                    escaped.extend(escape(&unescape(password, Part::User)?, Part::User));
                }
                self.user = Some(escaped);
                authority.get(at + 1..).unwrap_or_default()
            }
        };
        self.host = parse_host(&self.scheme, host)?;
        Ok(())
    }

    /// The host without brackets and port.
    fn host_name(&self) -> &[u8] {
        let host = match memchr::memrchr(b':', &self.host) {
            Some(colon) if self.host.iter().skip(colon + 1).all(u8::is_ascii_digit) => {
                self.host.get(..colon).unwrap_or_default()
            }
            _ => &self.host,
        };
        host.strip_prefix(b"[")
            .and_then(|inner| inner.strip_suffix(b"]"))
            .unwrap_or(host)
    }

    fn to_text(&self) -> Text {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            if !self.scheme.is_empty() || !self.host.is_empty() || self.user.is_some() {
                let needs_slashes = !self.host.is_empty() || !self.path.is_empty() || self.user.is_some();
                if needs_slashes {
                    out.extend_from_slice(b"//");
                }
                if let Some(user) = &self.user {
                    out.extend_from_slice(user);
                    out.push(b'@');
                }
                if !self.host.is_empty() {
                    out.extend(escape(&self.host, Part::Host));
                }
            }
            let path = if self.path == b"*" {
                self.path.clone()
            } else {
                escape(&self.path, Part::Path)
            };
            if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        Text::from(out)
    }
}

/// The scheme and what follows its colon.
fn split_scheme(text: &[u8]) -> Parsed<(&[u8], &[u8])> {
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if index > 0 => {}
            b':' if index == 0 => return Err("its scheme is missing before `:`".to_owned()),
            b':' => {
                let (scheme, rest) = text.split_at(index);
                return Ok((scheme, rest.get(1..).unwrap_or_default()));
            }
            _ => break,
        }
    }
    Ok((b"", text))
}

fn parse_host(scheme: &[u8], host: &[u8]) -> Parsed<Vec<u8>> {
    let is_port = |text: &[u8]| match text.strip_prefix(b":") {
        Some(digits) => digits.iter().all(u8::is_ascii_digit),
        None => text.is_empty(),
    };
    let wrong_port = |text: &[u8]| format!("its port `{}` is not a number", shown(text));
    if host.starts_with(b"[") {
        let Some(end) = memchr::memrchr(b']', host) else {
            return Err("a `]` is missing in its host".to_owned());
        };
        let (inner, port) = host.split_at(end + 1);
        if !is_port(port) {
            return Err(wrong_port(port));
        }
        // What follows `%25` names an interface, with more letters than a host has.
        let zone = memchr::memmem::find(inner, b"%25").unwrap_or(inner.len());
        let (address, zone) = inner.split_at(zone);
        let mut out = unescape(address, Part::Host)?;
        out.extend(unescape(zone, Part::Zone)?);
        if !is_ip_literal(&out) {
            return Err(format!("its host `{}` is not an IPv6 address", shown(&out)));
        }
        out.extend(unescape(port, Part::Host)?);
        return Ok(out);
    }
    if host.contains(&b'[') {
        return Err("a `[` stands within its host".to_owned());
    }
    let colon = if matches!(scheme, b"http" | b"https") {
        find(host, b':')
    } else {
        memchr::memrchr(b':', host)
    };
    if let Some(port) = colon.and_then(|colon| host.get(colon..))
        && !is_port(port)
    {
        return Err(wrong_port(port));
    }
    unescape(host, Part::Host)
}

/// Whether a text is an IPv6 address in brackets, with a zone or without.
fn is_ip_literal(text: &[u8]) -> bool {
    let inner = text.strip_prefix(b"[").and_then(|inner| inner.strip_suffix(b"]"));
    let (address, zone) = cut(inner.unwrap_or_default(), b'%');
    let address = std::str::from_utf8(address).unwrap_or_default();
    address.parse::<std::net::Ipv6Addr>().is_ok() && zone != Some(b"")
}

/// Whether a byte stands for itself in a part.
fn is_plain(byte: u8, part: Part) -> bool {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => true,
        b'!' | b'\'' | b'(' | b')' | b'*' => match part {
            Part::Host | Part::Zone => true,
            Part::Fragment => byte != b'\'',
            Part::Path | Part::User => false,
        },
        b'[' | b']' | b'<' | b'>' | b'"' => matches!(part, Part::Host | Part::Zone),
        b'$' | b'&' | b'+' | b'=' | b',' | b';' => true,
        b':' => part != Part::User,
        b'@' => matches!(part, Part::Path | Part::Fragment),
        b'/' | b'?' => match part {
            Part::Path => byte == b'/',
            Part::Fragment => true,
            Part::User | Part::Host | Part::Zone => false,
        },
        _ => false,
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if is_plain(*byte, part) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    out
}

fn unescape(text: &[u8], part: Part) -> Parsed<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'%' {
            if matches!(part, Part::Host | Part::Zone) && byte.is_ascii() && !is_plain(*byte, part) {
                return Err(format!(
                    "the character {:?} is not allowed in its host",
                    char::from(*byte)
                ));
            }
            out.push(*byte);
            continue;
        }
        let digits = rest.get(..2).unwrap_or(rest);
        let number = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        // Hosts escape only what is not ASCII; a zone also what a host could not hold.
        let number = number.filter(|number| match part {
            Part::Host => !number.is_ascii() || *number == b'%',
            Part::Zone => *number == b'%' || *number == b' ' || !is_plain(*number, Part::Host),
            _ => true,
        });
        match number {
            Some(number) => out.push(number),
            None => return Err(format!("the escape `%{}` is not allowed there", shown(digits))),
        }
        rest = rest.get(2..).unwrap_or_default();
    }
    Ok(out)
}

fn url_parse(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let text = arguments.text(0);
    call.spend(text.len() / 8)?;
    let url = Url::parse(&text)
        .map_err(|reason| Error::new(format!("`{}` is not an address: {reason}", text.lossy())))?;
    let host_name = url.host_name().to_vec();
    let entries = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", host_name),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", url.user.unwrap_or_default()),
    ];
    Ok(Map::from_values(entries.map(|(key, part)| (key, Value::text(part)))).into())
}

fn url_join(call: &mut Call<'_>, arguments: Arguments) -> Result<Value> {
    let map = arguments.map(0);
    let mut part = |key: &str| match call.get(&map, key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.to_vec()),
        Some(other) => Err(Error::new(format!(
            "its `{key}` is {}, not a text",
            described(&other)
        ))),
    };
    let mut url = Url {
        scheme: part("scheme")?,
        opaque: part("opaque")?,
        user: None,
        host: part("host")?,
        path: part("path")?,
        query: part("query")?,
        fragment: part("fragment")?,
    };
    let user = part("userinfo")?;
    if !user.is_empty() {
        let whole = [b"proto://", user.as_slice(), b"@host"].concat();
        url.user = Url::parse(&whole)
            .map_err(|reason| Error::new(format!("its `userinfo` `{}` is wrong: {reason}", shown(&user))))?
            .user;
    }
    let text = url.to_text();
    call.reserve(text.len())?;
    Ok(Value::String(text))
}

/// No name is looked up: what is rendered does not depend on the network.
fn get_host_by_name(_: &mut Call<'_>, _: Arguments) -> Result<Value> {
    Ok(Value::from(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::go::functions::tests::call;

    fn part(address: &str, key: &str) -> Option<String> {
        let map = call("urlParse", [address.into()]).ok()?;
        let part = map.as_map()?.get(key.as_bytes())?;
        Some(part.as_text()?.lossy().into_owned())
    }

    #[test]
    fn takes_addresses_apart() {
        for (address, key, expected) in [
            (
                "https://user:pw@example.com:8443/p/a?q=1#f",
                "host",
                "example.com:8443",
            ),
            (
                "https://user:pw@example.com:8443/p/a?q=1#f",
                "hostname",
                "example.com",
            ),
            (
                "https://user:pw@example.com:8443/p/a?q=1#f",
                "userinfo",
                "user:pw",
            ),
            ("mailto:a@b.c?x=y#z", "opaque", "a@b.c"),
            ("/a%20b/c", "path", "/a b/c"),
            ("http://[fe80::1%25en0]:80/x", "host", "[fe80::1%en0]:80"),
            ("http://[fe80::1%25en0]:80/x", "hostname", "fe80::1%en0"),
            ("HTTP://Ex.com", "scheme", "http"),
            ("x://h:80:90/", "hostname", "h:80"),
            ("http://u:p:w@h", "userinfo", "u:p%3Aw"),
            ("http://a@b@c/", "userinfo", "a%40b"),
            ("http://h?a=b?c#d#e", "query", "a=b?c"),
            ("http://h/a?%zz", "query", "%zz"),
            ("///a", "path", "///a"),
            ("http:a/b", "opaque", "a/b"),
            ("http://h<x>/", "host", "h<x>"),
        ] {
            assert_eq!(
                part(address, key).as_deref(),
                Some(expected),
                "{key} of {address}"
            );
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for address in [
            "http://a b.com",
            ":x",
            "1a:x",
            "http://h:80x/",
            "http://%41.com/",
            "http://h/%zz",
            "a\u{1}b",
            "http://[::1",
            "http://a<b@h",
            "http://a%zz@h",
            "http://h/a#%zz",
            "http://h\\x/",
            "fi_rst:seg/a",
            "//[::1]x/",
            "http://h%20x/",
            "http://[%41]/",
            "http://h`x/",
            "http://[1.2.3.4]/",
            "http://[::1%25]/",
            "http://a[b]c/",
            "http://::1/",
        ] {
            assert_eq!(part(address, "path"), None, "{address}");
        }
    }

    #[test]
    fn puts_addresses_together() {
        let join = |parts: &[(&str, &str)]| {
            let map = Map::from_values(parts.iter().map(|(key, part)| (*key, Value::from(*part))));
            let text = call("urlJoin", [map.into()]).ok()?;
            Some(text.as_text()?.lossy().into_owned())
        };
        for (parts, expected) in [
            (
                &[
                    ("scheme", "http"),
                    ("host", "h:80"),
                    ("path", "/p"),
                    ("query", "q=1"),
                    ("userinfo", "u:p"),
                ][..],
                "http://u:p@h:80/p?q=1",
            ),
            (&[("host", "h"), ("path", "p")], "//h/p"),
            (&[("path", "a b/ü?#%")], "a%20b/%C3%BC%3F%23%25"),
            (&[("path", "a:b")], "./a:b"),
            (&[("path", "//a")], "//a"),
            (&[("scheme", "http"), ("path", "//a")], "http:////a"),
            (&[("scheme", "http")], "http:"),
            (&[("host", "a b<")], "//a%20b<"),
            (
                &[("fragment", "a b#ü!'()*"), ("host", "h")],
                "//h#a%20b%23%C3%BC!%27()*",
            ),
            (
                &[("path", "/a!'()*~[]$&+,;=:@")],
                "/a%21%27%28%29%2A~%5B%5D$&+,;=:@",
            ),
            (&[("userinfo", "u")], "//u@"),
            (
                &[("scheme", "mailto"), ("opaque", "a@b"), ("query", "x")],
                "mailto:a@b?x",
            ),
        ] {
            assert_eq!(join(parts).as_deref(), Some(expected), "{parts:?}");
        }
        assert_eq!(join(&[("userinfo", "a b:c d"), ("host", "h")]), None);
    }
}
