//! Schemas of plain keywords, read straight from their text. Most schemas of values have no other keywords, and values
//! that fit such a schema need nothing else: compiling a schema for the real validator takes longer than all else that
//! happens to values.
//!
//! What is not plainly JSON, and plainly a valid schema of these keywords, is not read here: the real validator has the
//! word then.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::yaml::Eight;

/// The versions of JSON Schema in which the plain keywords mean the same, after `http://` or `https://` and before `#`; the first is
/// whichever is the latest. Draft 4 has no boolean schemas.
const VERSIONS: [&str; 5] = [
    "json-schema.org/schema",
    "json-schema.org/draft-06/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft/2020-12/schema",
];

/// What means something in some version of JSON Schema and is not read here, or not always. Other names mean nothing in any.
const KEYWORDS: [&str; 31] = [
    "$anchor",
    "$defs",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveAnchor",
    "$recursiveRef",
    "$vocabulary",
    "additionalItems",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "disallow",
    "divisibleBy",
    "enum",
    "extends",
    "format",
    "id",
    "maxContains",
    "minContains",
    "multipleOf",
    "patternProperties",
    "prefixItems",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// The most names and choices that are compared with each other, as they have to be different ones.
const MOST_COMPARED: usize = 64;

/// How deep a text is nested at most, as serde_json has it.
const DEEPEST: usize = 100;

/// A schema with all that it refers to.
#[derive(Debug)]
pub(super) struct Root<'t> {
    pub schema: Plain<'t>,
    /// All patterns in it.
    pub patterns: Vec<Cow<'t, str>>,
}

/// A plain schema.
#[derive(Debug, Default)]
pub(super) struct Plain<'t> {
    /// It allows nothing.
    pub never: bool,
    pub types: Option<Types>,
    pub properties: Box<[(&'t str, Plain<'t>)]>,
    /// For keys that `properties` does not name.
    pub others: Option<Box<Plain<'t>>>,
    pub items: Option<Box<Plain<'t>>>,
    /// The name of a definition.
    pub reference: Option<&'t str>,
    pub rare: Option<Box<Rare<'t>>>,
}

/// Keywords that few schemas have.
#[derive(Debug, Default)]
pub(super) struct Rare<'t> {
    pub all_of: Vec<Plain<'t>>,
    pub definitions: Box<[(&'t str, Plain<'t>)]>,
    /// Schemas under names that are no keywords, by which definitions are put into groups. They count where they are referred to.
    pub group: Vec<(&'t str, Plain<'t>)>,
    /// For keys that match a pattern.
    pub patterned: Vec<(Cow<'t, str>, Plain<'t>)>,
    pub any_of: Vec<Plain<'t>>,
    pub one_of: Vec<Plain<'t>>,
    /// `if`, and what holds where that fits, and where it does not.
    pub condition: Option<Plain<'t>>,
    pub then: Option<Plain<'t>>,
    pub otherwise: Option<Plain<'t>>,
    pub required: Vec<&'t str>,
    pub choices: Option<Vec<Json>>,
    pub pattern: Option<Cow<'t, str>>,
    /// What does not fit.
    pub not: Option<Plain<'t>>,
    /// For the keys themselves.
    pub names: Option<Plain<'t>>,
    pub minimum: Option<f64>,
    pub maximum: Option<f64>,
    pub above: Option<f64>,
    pub below: Option<f64>,
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    /// Whether all items are different ones.
    pub unique: bool,
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Types = Types(1);
    pub(super) const BOOLEAN: Types = Types(2);
    pub(super) const INTEGER: Types = Types(4);
    /// Numbers that are not whole.
    pub(super) const FRACTION: Types = Types(8);
    pub(super) const STRING: Types = Types(16);
    pub(super) const ARRAY: Types = Types(32);
    pub(super) const OBJECT: Types = Types(64);

    pub(super) fn has(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    fn named(name: &str) -> Option<Types> {
        Some(match name {
            "null" => Types::NULL,
            "boolean" => Types::BOOLEAN,
            "integer" => Types::INTEGER,
            "number" => Types(Types::INTEGER.0 | Types::FRACTION.0),
            "string" => Types::STRING,
            "array" => Types::ARRAY,
            "object" => Types::OBJECT,
            _ => return None,
        })
    }
}

impl<'t> Root<'t> {
    /// Reads a schema, where it is plain.
    pub(super) fn read(text: &'t str) -> Option<Root<'t>> {
        let mut reader = Reader {
            text,
            at: 0,
            levels: DEEPEST,
            to_pass: text.len().saturating_mul(2),
            patterns: Vec::new(),
            references: Vec::new(),
            open: Vec::new(),
        };
        let schema = reader.schema()?;
        reader.skip_blanks();
        let root = Root {
            schema,
            patterns: reader.patterns,
        };
        let is_known = |name: &&str| root.definition(name).is_some();
        (reader.at == text.len() && reader.references.iter().all(is_known)).then_some(root)
    }

    /// The definition of a name, or of names separated by slashes. Of two of one name the last counts.
    pub(super) fn definition(&self, name: &str) -> Option<&Plain<'t>> {
        fn last<'p, 't>(named: &'p [(&str, Plain<'t>)], name: &str) -> Option<&'p Plain<'t>> {
            let mut named = named.iter().rev().filter(|(known, _)| *known == name);
            named.next().map(|(_, schema)| schema)
        }
        let mut names = name.split('/');
        let first = last(&self.schema.rare.as_ref()?.definitions, names.next()?)?;
        names.try_fold(first, |schema, name| last(&schema.rare.as_ref()?.group, name))
    }
}

/// Reads JSON from its text. Every method gives nothing where the text is not what is plain.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// How many levels of lists and maps are left.
    levels: usize,
    /// How many bytes may be passed over that were no schemas: each level of them is read once more.
    to_pass: usize,
    patterns: Vec<Cow<'t, str>>,
    references: Vec<&'t str>,
    /// The schemas of all maps of them that are open, innermost last: what is read in the end has the room that it needs, and no more.
    open: Vec<(&'t str, Plain<'t>)>,
}

impl<'t> Reader<'t> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
            // Schemas are mostly indented.
            while Eight::at(self.text.as_bytes(), self.at).is_some_and(|eight| eight.others(b' ').is_none()) {
                self.at += 8;
            }
        }
    }

    /// Takes a byte with the blanks before it, where it is next.
    #[inline]
    fn take(&mut self, wanted: u8) -> bool {
        self.skip_blanks();
        let is_next = self.byte() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let is_next = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word));
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    /// A text without escapes.
    fn string(&mut self) -> Option<&'t str> {
        let start = self.at_text()?;
        self.at = self.special(start);
        let text = self.text.get(start..self.at)?;
        (self.byte()? == b'"').then(|| self.at += 1)?;
        Some(text)
    }

    /// A text, with escapes or without.
    fn escaped(&mut self) -> Option<Cow<'t, str>> {
        let start = self.at;
        if let Some(text) = self.string() {
            return Some(Cow::Borrowed(text));
        }
        self.at = start;
        match self.value()? {
            Json::String(text) => Some(Cow::Owned(text)),
            _ => None,
        }
    }

    /// Passes over a text.
    fn skip_string(&mut self) -> Option<()> {
        self.at = self.at_text()?;
        loop {
            self.at = self.special(self.at);
            match self.byte()? {
                b'"' => break,
                // Others than these are for the real validator.
                b'\\' => {
                    self.at += 1;
                    match self.byte()? {
                        b'u' => self.at += self.is_character(self.at + 1).then_some(5)?,
                        byte => self.at += b"\"\\/bfnrt".contains(&byte).then_some(1)?,
                    }
                }
                _ => return None,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Whether four hexadecimal digits are one character, and not half of one.
    fn is_character(&self, at: usize) -> bool {
        let digits = self.text.get(at..at + 4);
        digits.is_some_and(|digits| {
            let code = u32::from_str_radix(digits, 16).ok();
            digits.bytes().all(|digit| digit.is_ascii_hexdigit()) && code.and_then(char::from_u32).is_some()
        })
    }

    /// Where the text in the quotes that are next begins.
    #[inline]
    fn at_text(&mut self) -> Option<usize> {
        self.take(b'"').then_some(self.at)
    }

    /// The next place from `start` on where a text in quotes has a quote, a backslash or a control character.
    fn special(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while let Some(eight) = Eight::at(bytes, at) {
            if let Some(found) = eight.first(eight.equal(b'"') | eight.equal(b'\\') | eight.control()) {
                return at + found;
            }
            at += 8;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
        at + rest.iter().position(is_special).unwrap_or(rest.len())
    }

    /// What stands between brackets, separated by commas. `item` reads one of it.
    fn list(&mut self, open: u8, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open).then_some(())?;
        self.levels = self.levels.checked_sub(1)?;
        if !self.take(close) {
            loop {
                item(self)?;
                if !self.take(b',') {
                    break;
                }
            }
            self.take(close).then_some(())?;
        }
        self.levels += 1;
        Some(())
    }

    fn key(&mut self) -> Option<&'t str> {
        let key = self.string()?;
        self.take(b':').then_some(key)
    }

    fn schema(&mut self) -> Option<Plain<'t>> {
        let mut schema = Plain::default();
        self.skip_blanks();
        if self.byte()? != b'{' {
            schema.never = !self.boolean()?;
            return Some(schema);
        }
        self.list(b'{', b'}', |reader| {
            let keyword = reader.key()?;
            reader.keyword(keyword, &mut schema)
        })?;
        Some(schema)
    }

    fn keyword(&mut self, keyword: &'t str, schema: &mut Plain<'t>) -> Option<()> {
        match keyword {
            "description" | "title" | "$comment" => self.skip_string()?,
            "type" => schema.types = Some(self.types()?),
            "properties" => schema.properties = self.named()?,
            "additionalProperties" => schema.others = Some(Box::new(self.schema()?)),
            "items" => schema.items = Some(Box::new(self.schema()?)),
            "$ref" => {
                let target = self.string()?;
                let name = target
                    .strip_prefix("#/definitions/")
                    .or_else(|| target.strip_prefix("#/$defs/"))?;
                (!name.contains(['~', '%'])).then_some(())?;
                schema.reference = Some(name);
                self.references.push(name);
            }
            "$schema" => {
                let version = self.string()?;
                let version = version.strip_suffix('#').unwrap_or(version);
                let version = without_scheme(version)?;
                VERSIONS.contains(&version).then_some(())?;
            }
            "default" => drop(self.value()?),
            "examples" => drop(self.values()?),
            "deprecated" | "readOnly" | "writeOnly" => drop(self.boolean()?),
            _ => self.rare_keyword(keyword, schema.rare.get_or_insert_default())?,
        }
        Some(())
    }

    fn rare_keyword(&mut self, keyword: &'t str, rare: &mut Rare<'t>) -> Option<()> {
        match keyword {
            "allOf" => rare.all_of = self.schemas()?,
            "definitions" | "$defs" if rare.definitions.is_empty() => rare.definitions = self.named()?,
            "anyOf" => rare.any_of = self.schemas()?,
            "oneOf" => rare.one_of = self.schemas()?,
            "if" => rare.condition = Some(self.schema()?),
            "then" => rare.then = Some(self.schema()?),
            "else" => rare.otherwise = Some(self.schema()?),
            // The name of the whole, to which no reference that is read here can refer.
            "$id" if self.levels + 1 == DEEPEST => is_plain_address(self.string()?).then_some(())?,
            "required" => {
                let mut names = Vec::new();
                self.list(b'[', b']', |reader| {
                    names.push(reader.string()?);
                    Some(())
                })?;
                rare.required = different(names)?;
            }
            "enum" if rare.choices.is_none() => {
                let choices = self.values()?;
                (!choices.is_empty()).then_some(())?;
                rare.choices = Some(different(choices)?);
            }
            "const" if rare.choices.is_none() => rare.choices = Some(vec![self.value()?]),
            "pattern" => rare.pattern = Some(self.pattern()?),
            "patternProperties" if rare.patterned.is_empty() => {
                self.list(b'{', b'}', |reader| {
                    let pattern = reader.pattern()?;
                    reader.take(b':').then_some(())?;
                    rare.patterned.push((pattern, reader.schema()?));
                    Some(())
                })?;
            }
            "not" => rare.not = Some(self.schema()?),
            "propertyNames" => rare.names = Some(self.schema()?),
            "minimum" => rare.minimum = Some(self.value()?.as_f64()?),
            "maximum" => rare.maximum = Some(self.value()?.as_f64()?),
            "exclusiveMinimum" => rare.above = Some(self.value()?.as_f64()?),
            "exclusiveMaximum" => rare.below = Some(self.value()?.as_f64()?),
            "minLength" => rare.min_length = Some(self.value()?.as_u64()?),
            "maxLength" => rare.max_length = Some(self.value()?.as_u64()?),
            "minItems" => rare.min_items = Some(self.value()?.as_u64()?),
            "maxItems" => rare.max_items = Some(self.value()?.as_u64()?),
            "minProperties" => rare.min_properties = Some(self.value()?.as_u64()?),
            "maxProperties" => rare.max_properties = Some(self.value()?.as_u64()?),
            "uniqueItems" => rare.unique = self.boolean()?,
            _ if KEYWORDS.contains(&keyword) => return None,
            _ => match self.schema_if_it_is_one() {
                Some(schema) => rare.group.push((keyword, schema)),
                // What programs other than validators want to know.
                None => {
                    let from = self.at;
                    self.value()?;
                    self.to_pass = self.to_pass.checked_sub(self.at - from)?;
                }
            },
        }
        Some(())
    }

    /// A schema; where there is something else, it is still next.
    fn schema_if_it_is_one(&mut self) -> Option<Plain<'t>> {
        let (at, levels) = (self.at, self.levels);
        let (patterns, references) = (self.patterns.len(), self.references.len());
        let schema = self.schema();
        if schema.is_none() {
            (self.at, self.levels) = (at, levels);
            self.patterns.truncate(patterns);
            self.references.truncate(references);
        }
        schema
    }

    fn pattern(&mut self) -> Option<Cow<'t, str>> {
        let pattern = self.escaped()?;
        self.patterns.push(pattern.clone());
        Some(pattern)
    }

    fn boolean(&mut self) -> Option<bool> {
        let value = self.take_word("true");
        (value || self.take_word("false")).then_some(value)
    }

    fn types(&mut self) -> Option<Types> {
        self.skip_blanks();
        if self.byte()? == b'"' {
            return Types::named(self.string()?);
        }
        let mut types = Types(0);
        let mut names = Vec::new();
        self.list(b'[', b']', |reader| {
            let name = reader.string()?;
            names.push(name);
            types.0 |= Types::named(name)?.0;
            Some(())
        })?;
        (!different(names)?.is_empty()).then_some(types)
    }

    fn named(&mut self) -> Option<Box<[(&'t str, Plain<'t>)]>> {
        let start = self.open.len();
        self.list(b'{', b'}', |reader| {
            let name = reader.key()?;
            let schema = reader.schema()?;
            reader.open.push((name, schema));
            Some(())
        })?;
        Some(self.open.drain(start..).collect())
    }

    /// At least one schema.
    fn schemas(&mut self) -> Option<Vec<Plain<'t>>> {
        let mut schemas = Vec::new();
        self.list(b'[', b']', |reader| {
            schemas.push(reader.schema()?);
            Some(())
        })?;
        (!schemas.is_empty()).then_some(schemas)
    }

    /// Any value.
    fn value(&mut self) -> Option<Json> {
        let mut values = serde_json::Deserializer::from_str(self.text.get(self.at..)?).into_iter();
        let value = values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(value)
    }

    fn values(&mut self) -> Option<Vec<Json>> {
        match self.value()? {
            Json::Array(values) => Some(values),
            _ => None,
        }
    }
}

fn without_scheme(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://");
    rest.or_else(|| address.strip_prefix("http://"))
}

/// Whether a text is an address that everybody takes for one, and that names none of the schemas of schemas.
fn is_plain_address(text: &str) -> bool {
    without_scheme(text).is_some_and(|rest| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte);
        rest.starts_with(|first: char| first.is_ascii_alphanumeric())
            && rest.bytes().all(is_plain)
            && !rest.contains("json-schema.org")
    })
}

/// The list, where all in it are different ones.
fn different<T: PartialEq>(list: Vec<T>) -> Option<Vec<T>> {
    let is_known = |(index, item): (usize, &T)| list.iter().take(index).any(|known| known == item);
    let is_fine = list.len() <= MOST_COMPARED && !list.iter().enumerate().any(is_known);
    is_fine.then_some(list)
}
