//! What functions look at of what they are given, and where what they give comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Callee, Spot, Walk};
use crate::render::provenance::Depth;
use crate::render::reads::{Abstract, Key};

impl Walk<'_> {
    /// Calls a function. What is not known of it is that it looks at all that it is given and gives nothing of it on.
    pub(super) fn call(&mut self, callee: Callee, arguments: Vec<Abstract>, spot: &Spot<'_, '_>) -> Abstract {
        let name = match callee {
            Callee::And | Callee::Or => return self.one_of(arguments),
            Callee::Function(function) => function.name,
        };
        match (name, arguments.as_slice()) {
            ("default" | "coalesce", _) => self.one_of(arguments),
            ("ternary", [yes, no, condition]) => {
                condition.look(Depth::Whole, &mut self.reads);
                Abstract::either([yes.clone(), no.clone()], &mut self.reads)
            }
            ("not" | "empty", [value])
            | ("kindIs" | "typeIs" | "typeIsLike", [_, value])
            | ("kindOf" | "typeOf", [value]) => self.look(value, Depth::Value),
            ("len" | "keys", _) => {
                arguments
                    .iter()
                    .for_each(|map| map.look(Depth::Keys, &mut self.reads));
                Abstract::Other
            }
            ("required", [_, value]) | ("deepCopy" | "mustDeepCopy", [value]) => value.clone(),
            ("dict", _) => self.dict(&arguments),
            ("list" | "tuple", _) => Abstract::List(arguments).bounded(&mut self.reads),
            ("index" | "get", [value, keys @ ..]) => {
                let found = self.at(value, keys);
                self.ask(&found, spot);
                found
            }
            ("dig", [keys @ .., otherwise, map]) => {
                let found = self.at(map, keys);
                Abstract::either([otherwise.clone(), found], &mut self.reads)
            }
            ("hasKey", [map, key]) => {
                let key = self.key(key);
                map.write(&key, &mut self.reads);
                map.step(&key, &mut self.reads)
                    .look(Depth::Value, &mut self.reads);
                Abstract::Other
            }
            ("set", [map, key, value]) => {
                let key = self.key(key);
                map.write(&key, &mut self.reads);
                value.look(Depth::Whole, &mut self.reads);
                map.clone()
            }
            ("unset", [map, _]) => map.clone(),
            ("merge" | "mergeOverwrite" | "mustMerge" | "mustMergeOverwrite", [map, ..]) => {
                map.write(&Key::Any, &mut self.reads);
                Abstract::either(arguments, &mut self.reads)
            }
            ("pick" | "omit", [map, keys @ ..]) => {
                map.look(Depth::Keys, &mut self.reads);
                keys.iter()
                    .for_each(|key| key.look(Depth::Whole, &mut self.reads));
                map.clone()
            }
            ("values", [map]) => {
                map.look(Depth::Keys, &mut self.reads);
                Abstract::List(vec![map.item(&mut self.reads)])
            }
            ("pluck", [key, maps @ ..]) => {
                let key = self.key(key);
                let found = maps.iter().map(|map| map.step(&key, &mut self.reads)).collect();
                Abstract::List(found).bounded(&mut self.reads)
            }
            ("first" | "mustFirst" | "last" | "mustLast", [list]) => {
                list.look(Depth::Keys, &mut self.reads);
                list.item(&mut self.reads)
            }
            (
                "rest" | "mustRest" | "initial" | "mustInitial" | "reverse" | "mustReverse" | "uniq"
                | "mustUniq" | "compact" | "mustCompact",
                [list],
            ) => {
                list.look(Depth::Keys, &mut self.reads);
                list.clone()
            }
            ("concat", _) => Abstract::either(arguments, &mut self.reads),
            ("append" | "mustAppend" | "push" | "mustPush" | "prepend" | "mustPrepend", [list, item]) => {
                list.clone().with_item(item.clone(), &mut self.reads)
            }
            ("include", [name, given]) => {
                self.included(name, given);
                Abstract::Other
            }
            ("tpl", [text, given]) => {
                match text {
                    Abstract::Text(text) => self.text(text, given.clone()),
                    _ => {
                        text.look(Depth::Whole, &mut self.reads);
                        given.look_from_text(&mut self.reads);
                    }
                }
                Abstract::Other
            }
            ("print" | "printf" | "cat" | "join", _) if arguments.contains(&Abstract::FileName) => {
                arguments
                    .iter()
                    .for_each(|part| part.look(Depth::Whole, &mut self.reads));
                Abstract::FileName
            }
            _ => {
                arguments
                    .iter()
                    .for_each(|value| value.look(Depth::Whole, &mut self.reads));
                Abstract::Other
            }
        }
    }

    fn look(&mut self, value: &Abstract, depth: Depth) -> Abstract {
        value.look(depth, &mut self.reads);
        Abstract::Other
    }

    /// One of the arguments: whether they are there and empty decides.
    fn one_of(&mut self, arguments: Vec<Abstract>) -> Abstract {
        arguments
            .iter()
            .for_each(|value| value.look(Depth::Value, &mut self.reads));
        Abstract::either(arguments, &mut self.reads)
    }

    fn dict(&mut self, arguments: &[Abstract]) -> Abstract {
        let mut map: BTreeMap<Arc<str>, Abstract> = BTreeMap::new();
        for pair in arguments.chunks(2) {
            match pair {
                [Abstract::Text(key), value] => {
                    map.insert(Arc::clone(key), value.clone());
                }
                _ => pair
                    .iter()
                    .for_each(|part| part.look(Depth::Whole, &mut self.reads)),
            }
        }
        Abstract::Map(map).bounded(&mut self.reads)
    }

    /// The key that something is; a computed one may be any, and what it is made of is looked at.
    fn key(&mut self, key: &Abstract) -> Key {
        key.look(Depth::Whole, &mut self.reads);
        key.as_key()
    }

    /// What is under keys, one within the other.
    fn at(&mut self, value: &Abstract, keys: &[Abstract]) -> Abstract {
        let mut found = value.clone();
        for key in keys {
            let key = self.key(key);
            found = found.step(&key, &mut self.reads);
        }
        found
    }

    fn included(&mut self, name: &Abstract, given: &Abstract) {
        match name {
            Abstract::Text(name) => self.include(name, given.clone()),
            // A file of the chart, which is gone through anyhow.
            Abstract::FileName if matches!(given, Abstract::Root) => {}
            Abstract::Either(names) => names.iter().for_each(|name| self.included(name, given)),
            other => {
                other.look(Depth::Whole, &mut self.reads);
                self.include_any(given);
            }
        }
    }
}
