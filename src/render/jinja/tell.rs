//! What a template's tags tell the record of a rendering (see [`super::record`]): calls that are put behind them.

use super::outline::{self, Kind, Tag};
use super::scan::{Words, outside_quotes, split_at_commas};

/// Follows the blocks of a template and writes the calls.
pub(super) struct Told<'t> {
    /// The number of the file.
    file: usize,
    blocks: Vec<Block<'t>>,
}

/// A block that is open.
struct Block<'t> {
    kind: BlockKind,
    /// How many blocks are around it, of those that are entered and left, within the macro.
    depth: usize,
    /// The names that are bound in it.
    bound: Vec<String>,
    /// What the block itself binds.
    targets: Vec<&'t str>,
    /// The line of its first tag.
    line: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BlockKind {
    If,
    For,
    With,
    /// What is evaluated by itself.
    Macro,
    Set,
}

impl<'t> Told<'t> {
    pub(super) fn new(file: usize) -> Self {
        Told {
            file,
            blocks: Vec::new(),
        }
    }

    /// What is to stand behind a block tag.
    pub(super) fn behind(&mut self, text: &'t str, tag: &Tag, line: u32) -> String {
        debug_assert_eq!(tag.kind, Kind::Block);
        let file = self.file;
        let rest = tag.rest(text);
        let rest = rest.strip_suffix(['-', '+']).unwrap_or(rest).trim();
        match tag.name(text) {
            "if" => {
                let depth = self.open(BlockKind::If, Vec::new(), line);
                do_call(
                    "__if",
                    &format!("{depth}, {file}, {line}, {}", listed(&names_in(rest))),
                )
            }
            "elif" => {
                let depth = self.blocks.last().map_or(1, |block| block.depth);
                do_call(
                    "__if",
                    &format!("{depth}, {file}, {line}, {}", listed(&names_in(rest))),
                )
            }
            "else" => {
                let depth = self.blocks.last().map_or(1, |block| block.depth);
                do_call("__if", &format!("{depth}, {file}, {line}, []"))
            }
            "endif" => match self.close(BlockKind::If) {
                Some(block) => {
                    let bound = owned(&block.bound);
                    do_call(
                        "__endif",
                        &format!("{}, {file}, {}, {}", block.depth, block.line, listed(&bound)),
                    )
                }
                None => String::new(),
            },
            "for" => {
                let words = Words::of(rest);
                let at = words.find("in", 0).unwrap_or(rest.len());
                let targets = targets(&rest[..at]);
                let is_filtered = words.find("if", at).is_some();
                let depth = self.open(BlockKind::For, targets.clone(), line);
                let targets = listed(&targets);
                let arguments = format!("{depth}, {file}, {line}, {targets}, {is_filtered}");
                do_call("__for", &arguments)
            }
            "endfor" => match self.close(BlockKind::For) {
                Some(block) => {
                    let namespaces: Vec<&str> = block
                        .bound
                        .iter()
                        .filter_map(|name| name.strip_suffix('.'))
                        .collect();
                    do_call(
                        "__endfor",
                        &format!("{}, {file}, {}, {}", block.depth, block.line, listed(&namespaces)),
                    )
                }
                None => String::new(),
            },
            "with" => {
                let parts = split_at_commas(rest).into_iter().map(|part| &rest[part]);
                let targets: Vec<&str> = parts
                    .filter_map(|part| Some(part.split_once('=')?.0))
                    .flat_map(targets)
                    .collect();
                let names = names_in(rest);
                let depth = self.open(BlockKind::With, targets.clone(), line);
                do_call(
                    "__with",
                    &format!("{depth}, {}, {}", listed(&targets), listed(&names)),
                )
            }
            "endwith" => match self.close(BlockKind::With) {
                Some(block) => do_call("__end", &block.depth.to_string()),
                None => String::new(),
            },
            "macro" | "call" => {
                self.open(BlockKind::Macro, Vec::new(), line);
                let is_macro = tag.name(text) == "macro";
                let parameters = match rest.find('(') {
                    Some(at) if is_macro || at == 0 => &rest[at + 1..],
                    _ => "",
                };
                let parameters = match super::scan::closing(rest, rest.find('(').unwrap_or(0)) {
                    Some(end) if !parameters.is_empty() => &rest[rest.find('(').unwrap_or(0) + 1..end],
                    _ => parameters.trim_end_matches(')'),
                };
                let names: Vec<&str> = split_at_commas(parameters)
                    .into_iter()
                    .map(|part| outline::first_word(parameters[part].trim_start()))
                    .filter(|name| !name.is_empty())
                    .collect();
                match names.is_empty() {
                    true => String::new(),
                    false => do_call("__arguments", &listed(&names)),
                }
            }
            "endmacro" | "endcall" => {
                self.close(BlockKind::Macro);
                String::new()
            }
            "set" => {
                let is_block =
                    !rest.contains(['=', '|']) || rest.find('|') < rest.find('=') && rest.contains('|');
                let end = rest.find(['=', '|']).unwrap_or(rest.len());
                let targets = targets(&rest[..end]);
                if is_block && !rest[end..].starts_with('=') {
                    self.open(BlockKind::Set, targets, line);
                    return String::new();
                }
                self.set(&targets, &names_in(&rest[end..]), line)
            }
            "endset" => match self.close(BlockKind::Set) {
                Some(block) => self.set(&block.targets, &[], line),
                None => String::new(),
            },
            _ => String::new(),
        }
    }

    /// The call for the list that the loop of a tag goes over, before it begins.
    pub(super) fn each(&self, expression: &str) -> String {
        let depth = self.depth() + 1;
        format!("({depth}, {})", listed(&names_in(expression)))
    }

    fn set(&mut self, targets: &[&str], names: &[&str], line: u32) -> String {
        for block in self.blocks.iter_mut().rev() {
            block.bound.extend(targets.iter().map(|name| (*name).to_owned()));
            if block.kind == BlockKind::Macro {
                break;
            }
        }
        let file = self.file;
        do_call(
            "__set",
            &format!("{}, {file}, {line}, {}", listed(targets), listed(names)),
        )
    }

    /// How many blocks are entered at this place, within the macro.
    fn depth(&self) -> usize {
        let inner = self
            .blocks
            .iter()
            .rev()
            .take_while(|block| block.kind != BlockKind::Macro);
        inner
            .filter(|block| matches!(block.kind, BlockKind::If | BlockKind::For | BlockKind::With))
            .count()
    }

    fn open(&mut self, kind: BlockKind, targets: Vec<&'t str>, line: u32) -> usize {
        let depth = self.depth() + 1;
        self.blocks.push(Block {
            kind,
            depth,
            bound: Vec::new(),
            targets,
            line,
        });
        depth
    }

    fn close(&mut self, kind: BlockKind) -> Option<Block<'t>> {
        // Blocks that do not fit are minijinja's to tell.
        self.blocks.pop_if(|block| block.kind == kind)
    }
}

fn owned(names: &[String]) -> Vec<&str> {
    names.iter().map(|name| name.trim_end_matches('.')).collect()
}

/// The names that an assignment binds; an attribute of a namespace as the namespace with a dot.
fn targets(text: &str) -> Vec<&str> {
    text.split(',')
        .map(|part| part.trim().trim_matches(['(', ')']).trim())
        .filter(|part| !part.is_empty())
        .map(|part| match part.find('.') {
            Some(dot) => &part[..=dot],
            None => part,
        })
        .collect()
}

/// The names in an expression that may stand for what a template bound: all but attributes, filters and words of the language.
pub(super) fn names_in(text: &str) -> Vec<&str> {
    const KNOWN: &[&str] = &[
        "and",
        "Capabilities",
        "Chart",
        "else",
        "false",
        "False",
        "Files",
        "helpers",
        "if",
        "in",
        "is",
        "loop",
        "none",
        "None",
        "not",
        "omit",
        "or",
        "recursive",
        "Release",
        "Template",
        "true",
        "True",
        "Values",
    ];
    let mut names: Vec<&str> = Vec::new();
    let mut end = 0;
    for (at, byte, _) in outside_quotes(text) {
        if at < end || !(byte.is_ascii_alphabetic() || byte == b'_') {
            continue;
        }
        let word = outline::first_word(&text[at..]);
        end = at + word.len().max(1);
        let before = text[..at].trim_end();
        if !before.ends_with(['.', '|']) && !KNOWN.contains(&word) && !names.contains(&word) {
            names.push(word);
        }
    }
    names
}

/// Names as a list in a template.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

fn do_call(function: &str, arguments: &str) -> String {
    format!("{{% do {function}({arguments}) %}}")
}
