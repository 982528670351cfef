//! Texts in quotes.

/// Reads a text that begins with a quote: its value and its length with the quotes.
///
/// # Errors
/// What is wrong with it, in a few words.
pub fn read(text: &str, quote: char) -> Result<(String, usize), String> {
    let unclosed = || Err(format!("a text in `{quote}` is not closed"));
    let mut bytes: Vec<u8> = Vec::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let value = String::from_utf8_lossy(&bytes).into_owned();
            return Ok((value, at + 1));
        }
        match letter {
            '\n' if quote != '`' => return unclosed(),
            '\\' if quote != '`' => {
                let Some((_, escaped)) = letters.next() else {
                    return unclosed();
                };
                let simple = match escaped {
                    'a' => 7,
                    'b' => 8,
                    'f' => 12,
                    'n' => b'\n',
                    'r' => b'\r',
                    't' => b'\t',
                    'v' => 11,
                    '\\' => b'\\',
                    '"' | '\'' if escaped == quote => escaped as u8,
                    _ => {
                        coded(escaped, &mut letters, &mut bytes)?;
                        continue;
                    }
                };
                bytes.push(simple);
            }
            _ => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    unclosed()
}

/// A letter by its number.
fn coded(
    kind: char,
    letters: &mut dyn Iterator<Item = (usize, char)>,
    bytes: &mut Vec<u8>,
) -> Result<(), String> {
    let (count, radix, mut number) = match kind {
        'x' => (2, 16, 0),
        'u' => (4, 16, 0),
        'U' => (8, 16, 0),
        '0'..='7' => (2, 8, kind.to_digit(8).unwrap_or_default()),
        _ => {
            return Err(format!(
                "`\\{kind}` is not known in a text; a backslash is written `\\\\`"
            ));
        }
    };
    for _ in 0..count {
        let digit = letters.next().and_then(|(_, letter)| letter.to_digit(radix));
        let Some(digit) = digit else {
            return Err(format!("`\\{kind}` needs more digits"));
        };
        number = number.saturating_mul(radix).saturating_add(digit);
    }
    let wrong = || Err("a text has the number of a letter that does not exist".to_owned());
    match kind {
        'u' | 'U' => match char::from_u32(number) {
            Some(letter) => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
            None => return wrong(),
        },
        _ => match u8::try_from(number) {
            Ok(byte) => bytes.push(byte),
            Err(_) => return wrong(),
        },
    }
    Ok(())
}
