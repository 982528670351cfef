//! Nodes as structs: serde reads small files with a fixed form, such as a configuration, and a mistake is told at its place.

use std::fmt;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};

use super::node::{Map, Node, Value};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;

/// Reads a struct of a node.
///
/// # Errors
/// What does not fit the struct, with the given code, at its place.
pub fn from_node<T: DeserializeOwned>(node: &Node, code: &'static str) -> Result<T, Diagnostic> {
    T::deserialize(Reader(node)).map_err(|mistake| {
        let place = match mistake.place.is_known() {
            true => &mistake.place,
            false => &node.place,
        };
        let diagnostic = Diagnostic::error(code, mistake.message).at(place);
        match mistake.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    })
}

/// What does not fit.
#[derive(Debug)]
struct Mistake {
    message: String,
    help: Option<String>,
    place: Place,
}

impl Mistake {
    fn new(message: String) -> Mistake {
        Mistake {
            message,
            help: None,
            place: Place::NONE,
        }
    }

    /// The innermost place counts.
    fn at(mut self, place: &Place) -> Mistake {
        if !self.place.is_known() {
            self.place = place.clone();
        }
        self
    }

    fn with_names(mut self, wanted: &str, names: &[&str]) -> Mistake {
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        self.help = Some(match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are {}", listed.join(", ")),
        });
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Mistake::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        let is_number = expected.starts_with(['i', 'u']) && expected.ends_with(|c: char| c.is_ascii_digit());
        let expected = if is_number {
            "a whole number in range"
        } else {
            &expected
        };
        Mistake::new(format!("{expected} belongs here, and not {}", words(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mistake::invalid_type(found, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Mistake::new(format!("`{variant}` is not known here")).with_names(variant, expected)
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Mistake::new(format!("there is no key `{field}` here")).with_names(field, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Mistake::new(format!("the key `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Mistake::new(format!("the key `{field}` is written twice"))
    }
}

fn words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("the boolean `{value}`"),
        Unexpected::Signed(value) => format!("the number `{value}`"),
        Unexpected::Float(value) => format!("the number `{value}`"),
        Unexpected::Str(text) => format!("the text `{text}`"),
        Unexpected::Unit => "nothing".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a map".to_owned(),
        other => other.to_string(),
    }
}

/// A node that is read.
#[derive(Clone, Copy)]
struct Reader<'n>(&'n Node);

impl<'n> Reader<'n> {
    fn placed<T>(self, result: Result<T, Mistake>) -> Result<T, Mistake> {
        result.map_err(|mistake| mistake.at(&self.0.place))
    }
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        let result = match &self.0.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Int(value) => match i64::try_from(*value) {
                Ok(value) => visitor.visit_i64(value),
                Err(_) => visitor.visit_i128(*value),
            },
            Value::Float(value) => visitor.visit_f64(*value),
            Value::String(text) => visitor.visit_str(text),
            Value::List(list) => visitor.visit_seq(Items(list.iter())),
            Value::Map(map) => visitor.visit_map(Entries::of(map)),
        };
        self.placed(result)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mistake> {
        match self.0.is_null() {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        let result = match &self.0.value {
            Value::String(text) => visitor.visit_enum(Variant(text)),
            _ => Err(Mistake::new(format!(
                "a word belongs here, and not {}",
                self.0.kind()
            ))),
        };
        self.placed(result)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mistake> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

struct Items<'n>(std::slice::Iter<'n, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mistake> {
        self.0
            .next()
            .map(|item| seed.deserialize(Reader(item)))
            .transpose()
    }
}

struct Entries<'n> {
    entries: Box<dyn Iterator<Item = (&'n std::sync::Arc<str>, &'n super::node::Entry)> + 'n>,
    value: Option<&'n Node>,
}

impl<'n> Entries<'n> {
    fn of(map: &'n Map) -> Entries<'n> {
        Entries {
            entries: Box::new(map.iter()),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mistake> {
        let Some((key, entry)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(&entry.node);
        let key: de::value::StrDeserializer<'_, Mistake> = (&**key).into_deserializer();
        seed.deserialize(key)
            .map(Some)
            .map_err(|mistake| mistake.at(&entry.key_place))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mistake> {
        match self.value.take() {
            Some(node) => seed.deserialize(Reader(node)),
            None => Err(Mistake::new("a value is missing".to_owned())),
        }
    }
}

/// An enum's variant without data.
struct Variant<'n>(&'n str);

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Mistake> {
        let name: de::value::StrDeserializer<'_, Mistake> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Result<(), Mistake> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, Mistake> {
        Err(Mistake::new("a word has no value of its own".to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value, Mistake> {
        Err(Mistake::new("a word has no values of its own".to_owned()))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Mistake> {
        Err(Mistake::new("a word has no keys of its own".to_owned()))
    }
}
