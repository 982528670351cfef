//! The parser crate's own input, with one answer changed.

use saphyr_parser::StrInput;
use saphyr_parser::input::{Input, SkipTabs};

/// A text for the parser. A tab between a key's colon and its value is white space here, as it is for Helm and
/// kubectl; the crate alone refuses `key:<tab>value`.
pub(super) struct Text<'a>(StrInput<'a>);

impl<'a> Text<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Text(StrInput::new(text))
    }
}

/// Hands methods on to the crate's input, with their short cuts.
macro_rules! hand_on {
    ($($name:ident(&self $(, $arg:ident: $type:ty)*) $(-> $result:ty)?;)*) => {
        $(#[inline] fn $name(&self $(, $arg: $type)*) $(-> $result)? { self.0.$name($($arg),*) })*
    };
    ($($name:ident(&mut self $(, $arg:ident: $type:ty)*) $(-> $result:ty)?;)*) => {
        $(#[inline] fn $name(&mut self $(, $arg: $type)*) $(-> $result)? { self.0.$name($($arg),*) })*
    };
}

impl Input for Text<'_> {
    fn skip_ws_to_eol(&mut self, skip_tabs: SkipTabs) -> (usize, Result<SkipTabs, &'static str>) {
        match self.0.skip_ws_to_eol(skip_tabs) {
            // The crate asks whether there was a space only after a colon and a tab.
            (count, Ok(SkipTabs::Result(tabs, _))) => (count, Ok(SkipTabs::Result(tabs, true))),
            other => other,
        }
    }

    hand_on! {
        lookahead(&mut self, count: usize);
        raw_read_ch(&mut self) -> char;
        raw_read_non_breakz_ch(&mut self) -> Option<char>;
        skip(&mut self);
        skip_n(&mut self, count: usize);
        look_ch(&mut self) -> char;
        skip_while_non_breakz(&mut self) -> usize;
        skip_while_blank(&mut self) -> usize;
        fetch_while_is_alpha(&mut self, out: &mut String) -> usize;
        fetch_while_is_yaml_non_space(&mut self, out: &mut String) -> usize;
    }

    hand_on! {
        buflen(&self) -> usize;
        bufmaxlen(&self) -> usize;
        buf_is_empty(&self) -> bool;
        peek(&self) -> char;
        peek_nth(&self, n: usize) -> char;
        peek_opt(&self) -> Option<char>;
        next_char_is(&self, c: char) -> bool;
        nth_char_is(&self, n: usize, c: char) -> bool;
        next_2_are(&self, c1: char, c2: char) -> bool;
        next_3_are(&self, c1: char, c2: char, c3: char) -> bool;
        next_is_document_indicator(&self) -> bool;
        next_is_document_start(&self) -> bool;
        next_is_document_end(&self) -> bool;
        next_can_be_plain_scalar(&self, in_flow: bool) -> bool;
        next_is_blank_or_break(&self) -> bool;
        next_is_blank_or_breakz(&self) -> bool;
        next_is_blank(&self) -> bool;
        next_is_break(&self) -> bool;
        next_is_breakz(&self) -> bool;
        next_is_z(&self) -> bool;
        next_is_flow(&self) -> bool;
        next_is_digit(&self) -> bool;
        next_is_alpha(&self) -> bool;
    }
}
