//! Letters one by one, as Go's `unicode` package sees them: a letter becomes one letter, never two.

use unicode_general_category::{GeneralCategory, get_general_category};

/// The upper case of a letter.
pub(super) fn upper(letter: char) -> char {
    let mut letters = letter.to_uppercase();
    match (letters.next(), letters.next()) {
        (Some(upper), None) => upper,
        _ => match letter {
            // Greek letters with an iota below have capitals of their own.
            '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
                char::from_u32(u32::from(letter) + 8).unwrap_or(letter)
            }
            '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(letter) + 9).unwrap_or(letter),
            _ => letter,
        },
    }
}

/// The lower case of a letter.
pub(super) fn lower(letter: char) -> char {
    match letter {
        '\u{130}' => 'i',
        _ => letter.to_lowercase().next().unwrap_or(letter),
    }
}

/// The title case of a letter: the upper case but for the Latin digraphs and Georgian.
pub(super) fn title(letter: char) -> char {
    match letter {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => letter,
        _ => upper(letter),
    }
}

/// Whether a letter is a title case letter.
pub(super) fn is_title(letter: char) -> bool {
    if letter.is_ascii() {
        return false;
    }
    get_general_category(letter) == GeneralCategory::TitlecaseLetter
}

/// Whether a letter is an upper case letter; what only looks like one is not.
pub(super) fn is_upper(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_uppercase();
    }
    get_general_category(letter) == GeneralCategory::UppercaseLetter
}

/// Whether a letter is a lower case letter.
pub(super) fn is_lower(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_lowercase();
    }
    get_general_category(letter) == GeneralCategory::LowercaseLetter
}

/// Whether it is a letter of any case or none.
pub(super) fn is_letter(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphabetic();
    }
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    matches!(
        get_general_category(letter),
        LowercaseLetter | ModifierLetter | OtherLetter | TitlecaseLetter | UppercaseLetter
    )
}

/// Whether it is a decimal digit.
pub(super) fn is_digit(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_digit();
    }
    get_general_category(letter) == GeneralCategory::DecimalNumber
}

/// Whether it is a number of any kind.
pub(super) fn is_number(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_digit();
    }
    use GeneralCategory::{DecimalNumber, LetterNumber, OtherNumber};
    matches!(
        get_general_category(letter),
        DecimalNumber | LetterNumber | OtherNumber
    )
}

/// Whether it is punctuation.
pub(super) fn is_punctuation(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_punctuation() && !"$+<=>^`|~".contains(letter);
    }
    use GeneralCategory::{
        ClosePunctuation, ConnectorPunctuation, DashPunctuation, FinalPunctuation, InitialPunctuation,
        OpenPunctuation, OtherPunctuation,
    };
    matches!(
        get_general_category(letter),
        ClosePunctuation
            | ConnectorPunctuation
            | DashPunctuation
            | FinalPunctuation
            | InitialPunctuation
            | OpenPunctuation
            | OtherPunctuation
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_for_ascii_agrees_with_the_tables() {
        for letter in (0..=127_u8).map(char::from) {
            let category = format!("{:?}", get_general_category(letter));
            assert_eq!(is_upper(letter), category == "UppercaseLetter", "{letter:?}");
            assert_eq!(is_lower(letter), category == "LowercaseLetter", "{letter:?}");
            assert_eq!(is_letter(letter), category.ends_with("Letter"), "{letter:?}");
            assert_eq!(is_number(letter), category.ends_with("Number"), "{letter:?}");
            assert_eq!(
                is_punctuation(letter),
                category.ends_with("Punctuation"),
                "{letter:?}"
            );
        }
    }

    #[test]
    fn letters_become_one_letter() {
        let upper_of = |text: &str| text.chars().map(upper).collect::<String>();
        assert_eq!(upper_of("aßŉﬁᾳǆ"), "AßŉﬁᾼǄ");
        assert_eq!("İẞΣ".chars().map(lower).collect::<String>(), "ißσ");
        assert_eq!(title('ǆ'), 'ǅ');
    }
}
