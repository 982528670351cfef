//! DER and PEM: as much of them as keys and certificates need.

use super::encoding::{decode_base64, encode_base64};

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_ID: u8 = 0x06;
pub(super) const UTF8_STRING: u8 = 0x0c;
pub(super) const PRINTABLE_STRING: u8 = 0x13;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// An element: its tag, the length and the content.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + 6);
    out.push(tag);
    match u8::try_from(content.len()) {
        Ok(length) if length < 0x80 => out.push(length),
        _ => {
            let bytes = content.len().to_be_bytes();
            let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
            out.push(0x80 | u8::try_from(bytes.len() - skipped).unwrap_or(0));
            out.extend(bytes.iter().skip(skipped));
        }
    }
    out.extend_from_slice(content);
    out
}

/// An element of other elements.
pub(super) fn constructed(tag: u8, elements: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &elements.concat())
}

/// A whole number that is not negative, by its bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let skipped = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(skipped..).unwrap_or_default();
    if bytes.first().is_none_or(|first| *first >= 0x80) {
        element(INTEGER, &[&[0], bytes].concat())
    } else {
        element(INTEGER, bytes)
    }
}

/// Bits that are whole bytes.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], bytes].concat())
}

/// An element that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'d> {
    pub tag: u8,
    pub content: &'d [u8],
    /// The element with its tag and length.
    pub whole: &'d [u8],
}

/// Elements one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elements<'d>(pub &'d [u8]);

impl<'d> Elements<'d> {
    /// The next element of a tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'d [u8]> {
        self.next()
            .filter(|element| element.tag == tag)
            .map(|element| element.content)
    }
}

impl<'d> Iterator for Elements<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        let all = self.0;
        let (tag, rest) = all.split_first()?;
        let (first, mut rest) = rest.split_first()?;
        let length = if *first < 0x80 {
            usize::from(*first)
        } else {
            let (bytes, after) = rest.split_at_checked(usize::from(*first & 0x7f))?;
            if bytes.len() > 4 {
                return None;
            }
            rest = after;
            bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte))
        };
        let (content, after) = rest.split_at_checked(length)?;
        let whole = all.get(..all.len() - after.len())?;
        self.0 = after;
        Some(Element {
            tag: *tag,
            content,
            whole,
        })
    }
}

/// A block of PEM.
pub(super) fn pem(label: &str, bytes: &[u8]) -> String {
    let body = encode_base64(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

/// The label and the bytes of the first block of PEM in a text.
pub(super) fn read_pem(text: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, rest) = rest.split_once("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    // Headers, which old keys have, end with an empty line.
    let body = match body.split_once("\n\n") {
        Some((headers, body)) if headers.contains(':') => body,
        _ => body,
    };
    let bytes: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Some((label, decode_base64(&bytes).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_as_many_bytes_as_they_need() {
        assert_eq!(element(OCTET_STRING, &[7; 3]), [4, 3, 7, 7, 7]);
        assert_eq!(element(OCTET_STRING, &[7; 200])[..3], [4, 0x81, 200]);
        assert_eq!(element(OCTET_STRING, &[7; 300])[..4], [4, 0x82, 1, 44]);
        assert_eq!(integer(&[0, 0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[]), [2, 1, 0]);
    }

    #[test]
    fn reads_what_it_wrote() {
        let inner = [integer(&[5]), element(OCTET_STRING, &[9; 300])];
        let whole = constructed(SEQUENCE, &inner);
        let text = pem("A KEY", &whole);
        let (label, bytes) = read_pem(&text).unwrap();
        assert_eq!((label, &bytes), ("A KEY", &whole));
        let mut elements = Elements(Elements(&bytes).expect(SEQUENCE).unwrap());
        assert_eq!(elements.expect(INTEGER), Some(&[5][..]));
        assert_eq!(elements.expect(OCTET_STRING).map(<[u8]>::len), Some(300));
        assert!(elements.next().is_none());
        assert!(Elements(&bytes[..20]).next().is_none());
    }
}
