//! Eight bytes of a text at once, for loops that look for a few bytes.

/// Eight bytes; the first is the lowest.
#[derive(Clone, Copy)]
pub(crate) struct Eight(u64);

/// One in each byte.
const EACH: u64 = u64::from_ne_bytes([1; 8]);

impl Eight {
    /// The bytes from a place on, where there are as many.
    #[inline]
    pub(crate) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        let eight = bytes.get(at..)?.first_chunk::<8>()?;
        Some(Eight(u64::from_le_bytes(*eight)))
    }

    /// Where the first byte is that is another than this one.
    #[inline]
    pub(crate) fn others(self, byte: u8) -> Option<usize> {
        let others = self.0 ^ (EACH * u64::from(byte));
        (others != 0).then(|| (others.trailing_zeros() / 8) as usize)
    }

    /// Marks the bytes that are this one, and perhaps some behind them: see [`Eight::first`].
    #[inline]
    pub(crate) fn equal(self, byte: u8) -> u64 {
        let others = self.0 ^ (EACH * u64::from(byte));
        others.wrapping_sub(EACH) & !others
    }

    /// Marks the bytes below a space, and perhaps some behind them.
    #[inline]
    pub(crate) fn control(self) -> u64 {
        self.0.wrapping_sub(EACH * u64::from(b' ')) & !self.0
    }

    /// Marks the bytes of characters beyond ASCII.
    #[inline]
    pub(crate) fn wide(self) -> u64 {
        self.0
    }

    /// The first byte that is marked. Borrows can mark bytes behind a marked one only, so that the first is right.
    #[inline]
    pub(crate) fn first(self, marks: u64) -> Option<usize> {
        let marks = marks & (EACH << 7);
        (marks != 0).then(|| (marks.trailing_zeros() / 8) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_of_each_kind_is_found() {
        type Kind = (fn(Eight) -> u64, fn(u8) -> bool);
        let kinds: [Kind; 4] = [
            (|eight| eight.equal(b':'), |byte| byte == b':'),
            (Eight::control, |byte| byte < b' '),
            (Eight::wide, |byte| byte >= 0x80),
            (
                |eight| eight.equal(b'"') | eight.control() | eight.wide(),
                |byte| byte == b'"' || !(b' '..0x80).contains(&byte),
            ),
        ];
        for byte in 0..=255 {
            for other in [
                0, 1, b' ', b'!', b'"', b'#', b'9', b':', b';', 0x7f, 0x80, 0x81, 0xff,
            ] {
                for place in 0..8 {
                    let mut bytes = [other; 9];
                    bytes[place] = byte;
                    let eight = Eight::at(&bytes, 0).unwrap();
                    for (marks, is) in kinds {
                        let expected = bytes[..8].iter().position(|byte| is(*byte));
                        assert_eq!(eight.first(marks(eight)), expected, "{bytes:?}");
                    }
                    let expected = bytes[..8].iter().position(|byte| *byte != other);
                    assert_eq!(eight.others(other), expected, "{bytes:?}");
                }
            }
        }
        assert!(Eight::at(b"12345678", 1).is_none());
    }
}
