//! A run of a program: what its renders share, and the bounds that they keep.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use ahash::RandomState;
use memchr::memmem;

use super::chance::Chance;
use super::error::{Error, Result};
use super::functions::{Call, Host, to_node};
use super::nodes::with_notes;
use super::output::{Output, Wrote};
use super::parse::parse;
use super::program::Program;
use super::record::{Read, Record};
use super::recorder::Recorder;
use super::text::Text;
use super::tree::Template;
use super::value::{Map, Origin, Value};
use crate::yaml::Node;

/// Bounds of a run.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many steps all renders may take together: nodes of templates, items of lists, pieces of texts.
    pub steps: u64,
    /// How many bytes of output and of large intermediate texts they may make together.
    pub bytes: u64,
    /// How many bytes one of these may have: it would be made before the sum tells. What a release may write in all, of
    /// which no single text can have a use for more.
    pub bytes_at_once: u64,
    /// How deep templates may include each other, of any names; each level of control structures and parentheses that
    /// is open counts, too. A thread needs 8 KiB of stack for each.
    pub depth: usize,
}

/// How often a name may be open at one time in `include`. Helm's number.
const RECURSION: u32 = 1000;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            steps: 200_000_000,
            bytes: 1 << 30,
            bytes_at_once: 64 << 20,
            depth: 10_000,
        }
    }
}

/// How much room for output is kept for the next.
const ROOM: usize = 64 << 10;

/// What a call of a named template costs in steps, beside what is in it.
const CALL: u64 = 10;

/// What a piece of output and something that was read take in a record, in bytes.
const PIECE: u64 = 96;
/// What a text of `include` takes in it besides its pieces: the text itself, where it is, and its piece of the outer text.
const KEPT: u64 = 288;
const READ: u64 = 32;

/// How many steps and bytes of a run one of a release's is worth: steps are smaller, and the texts of `include` count at each
/// level that they pass.
const STEPS: u64 = 10;
const BYTES: u64 = 16;

impl Limits {
    /// The bounds for so many steps and bytes of a release.
    pub fn of(steps: u64, bytes: u64) -> Limits {
        Limits {
            steps: steps.saturating_mul(STEPS),
            bytes: bytes.saturating_mul(BYTES),
            bytes_at_once: bytes,
            ..Limits::default()
        }
    }
}

/// Answers `lookup`: API version, kind, namespace and name.
pub type Lookup = Rc<dyn Fn(&str, &str, &str, &str) -> Value>;

/// Named templates that are not written in Go's language: what templates of another language give under a name.
pub trait Named {
    /// The text under a name, of a chart or of another value; nothing where there is none of that name.
    ///
    /// # Errors
    /// There is one, and it fails.
    fn text(&mut self, name: &str, dot: Dot) -> Result<Option<Text>>;

    /// The names, for hints.
    fn names(&self) -> Vec<String>;
}

/// What a named template is given, as another language can read it.
#[derive(Clone, Debug)]
pub enum Dot {
    /// What the templates of a chart find at their root: the position of the chart in the tree.
    Chart(usize),
    /// Another value.
    Value(Node),
}

/// Tells the roots of charts from other values.
pub type ChartOf<'p> = &'p dyn Fn(&Value) -> Option<usize>;

/// Templates that a text of `tpl` defines, which are there while it runs.
type Overlay = HashMap<Arc<str>, Arc<Template>, RandomState>;

/// What a variable holds, or the dot of a block.
#[derive(Clone, Default)]
pub(super) struct Held {
    pub value: Value,
    /// What was read for it, where that is noted.
    pub reads: Reads,
}

/// What was read for something; nothing where that is not noted.
pub(super) type Reads = Option<Rc<[Read]>>;

/// Renders templates one after another. Values that one changes are changed for those after it.
pub struct Run<'p> {
    program: &'p Program,
    limits: Limits,
    steps: u64,
    bytes: u64,
    pub(super) depth: usize,
    overlays: Vec<Rc<Overlay>>,
    /// The parsed texts of `tpl`: the template with what it defines.
    texts: HashMap<Text, (Arc<Template>, Rc<Overlay>), RandomState>,
    /// How often each name is open in `include`.
    open: HashMap<Arc<str>, u32, RandomState>,
    /// What is being written.
    pub(super) out: Vec<u8>,
    /// Room that was used before, for what is written next.
    spare: Vec<Vec<u8>>,
    /// The variables of all open templates.
    pub(super) variables: Vec<Held>,
    /// Where those of the innermost begin.
    pub(super) base: usize,
    pub(super) recorder: Option<Box<Recorder>>,
    chance: Chance,
    lookup: Option<Lookup>,
    last_yaml: Option<(Text, Node)>,
    named: Option<(&'p mut dyn Named, ChartOf<'p>)>,
}

impl<'p> Run<'p> {
    /// A run with bounds, the system's time and chance, and without a cluster.
    pub fn new(program: &'p Program, limits: Limits) -> Self {
        Run {
            program,
            limits,
            steps: 0,
            bytes: 0,
            depth: 0,
            overlays: Vec::new(),
            texts: HashMap::default(),
            open: HashMap::default(),
            out: Vec::new(),
            spare: Vec::new(),
            variables: Vec::new(),
            base: 0,
            recorder: None,
            chance: Chance::System,
            lookup: None,
            last_yaml: None,
            named: None,
        }
    }

    /// Where chance and time come from, from now on.
    pub fn set_chance(&mut self, chance: Chance) {
        self.chance = chance;
    }

    /// What answers `lookup`, which is empty otherwise.
    pub fn set_lookup(&mut self, lookup: Lookup) {
        self.lookup = Some(lookup);
    }

    /// Where names are looked up that the program does not have.
    pub fn set_named(&mut self, named: &'p mut dyn Named, chart_of: ChartOf<'p>) {
        self.named = Some((named, chart_of));
    }

    /// How many of a release's steps and bytes have been taken.
    pub fn used(&self) -> (u64, u64) {
        (self.steps.div_ceil(STEPS), self.bytes.div_ceil(BYTES))
    }

    /// Renders a template. With `recorded`, the output tells how it came to be.
    ///
    /// # Errors
    /// What is wrong, where, and which templates led there; or a bound that was reached.
    pub fn render(&mut self, name: &str, dot: Value, recorded: bool) -> Result<Output> {
        let template = self.find(name).map(Arc::clone);
        let template = template.ok_or_else(|| self.unknown(name))?;
        self.run(&template, None, dot, recorded)
    }

    /// Renders a text, as `tpl` does.
    ///
    /// # Errors
    /// See [`Run::render`].
    pub fn render_text(&mut self, text: &Text, dot: Value, recorded: bool) -> Result<Output> {
        let (main, overlay) = self.parsed_text(text)?;
        self.run(&main, Some(overlay), dot, recorded)
    }

    fn run(
        &mut self,
        template: &Arc<Template>,
        overlay: Option<Rc<Overlay>>,
        dot: Value,
        recorded: bool,
    ) -> Result<Output> {
        if !recorded && let Some(text) = self.as_it_stands(template) {
            return Ok(Output { text, record: None });
        }
        self.recorder = recorded.then(Box::default);
        self.out.clear();
        self.variables.clear();
        (self.base, self.depth) = (0, 0);
        self.overlays = overlay.into_iter().collect();
        self.open.clear();
        let done = self.execute(template, dot);
        let recorder = self.recorder.take();
        done?;
        let length = self.out.len();
        let removed = without_no_value(&mut self.out);
        // Most outputs are much shorter than their templates: the room is kept for the next. A newline may come here, too.
        let text = match self.out.len() {
            0..=ROOM => {
                let mut text = Vec::with_capacity(self.out.len() + 1);
                text.extend_from_slice(&self.out);
                text
            }
            _ => std::mem::take(&mut self.out),
        };
        let record = recorder.map(|recorder| {
            let mut record = recorder.finish(length);
            Record::remove(&mut record.spans, &removed);
            record
        });
        Ok(Output {
            text: Wrote::new(template.source.name(), text),
            record,
        })
    }

    /// What a template writes that is nothing but text. Where a bound is reached, running it tells.
    fn as_it_stands(&mut self, template: &Template) -> Option<Wrote> {
        let text = template.source.text();
        let is_same = template.is_text() && memmem::find(text.as_bytes(), NO_VALUE).is_none();
        let written = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let is_allowed = is_same && self.reserve(written).and_then(|()| self.step()).is_ok();
        is_allowed.then(|| Wrote::Text(Arc::clone(&template.source)))
    }

    /// The template of a name, the innermost text of `tpl` first.
    pub(super) fn find(&self, name: &str) -> Option<&Arc<Template>> {
        self.overlays
            .iter()
            .rev()
            .find_map(|overlay| overlay.get(name))
            .or_else(|| self.program.get(name))
    }

    /// What is said of a name that no template has.
    pub(super) fn unknown(&self, name: &str) -> Error {
        let named = self.named.as_ref();
        let others = named.map(|(named, _)| named.names()).unwrap_or_default();
        let names = self.program.names().chain(others.iter().map(String::as_str));
        let hint = crate::diagnostic::nearest(name, names)
            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Error::new(format!("there is no template `{name}`{hint}"))
    }

    /// The text that a template of another language gives under a name.
    pub(super) fn foreign(&mut self, name: &str, dot: &Value) -> Result<Text> {
        let Some((named, chart_of)) = self.named.take() else {
            return Err(self.unknown(name));
        };
        let given = match chart_of(dot) {
            Some(chart) => Ok(Dot::Chart(chart)),
            None => to_node(dot, &mut Call { host: self }).map(|node| Dot::Value(with_notes(&node))),
        };
        let text = given.and_then(|dot| named.text(name, dot));
        self.named = Some((named, chart_of));
        text?.ok_or_else(|| self.unknown(name))
    }

    /// Counts something that a record keeps. The bound is looked at with the next step.
    pub(super) fn kept(&mut self) {
        self.bytes = self.bytes.saturating_add(READ);
    }

    /// Counts one step.
    pub(super) fn step(&mut self) -> Result<()> {
        self.reserve(0)?;
        self.spend(1)
    }

    /// Writes bytes to what is being written.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.reserve(u64::try_from(bytes.len()).unwrap_or(u64::MAX))?;
        // A newline may come behind the last: a large text would be copied for it.
        self.out.reserve(bytes.len().saturating_add(1));
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    /// Goes one level deeper.
    pub(super) fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(Error::limit(format!(
                "templates include each other more than {} levels deep",
                self.limits.depth
            )));
        }
        Ok(())
    }

    /// The text that a template makes of a value; `last` has the last word on it.
    fn captured(
        &mut self,
        template: &Arc<Template>,
        dot: Value,
        last: impl FnOnce(&mut Vec<u8>) -> Vec<Range<usize>>,
    ) -> Result<Text> {
        let room = self.spare.pop().unwrap_or_default();
        let outer = std::mem::replace(&mut self.out, room);
        let base = self.base;
        let aside = self.recorder.as_mut().map(|recorder| recorder.begin());
        let done = self.execute(template, dot);
        let spans = match (&mut self.recorder, aside) {
            (Some(recorder), Some(aside)) => Some(recorder.end(aside)),
            _ => None,
        };
        self.base = base;
        let mut text = std::mem::replace(&mut self.out, outer);
        done?;
        self.spend(CALL)?;
        if let Some(spans) = &spans {
            let pieces = u64::try_from(spans.len()).unwrap_or(u64::MAX);
            self.reserve(pieces.saturating_mul(PIECE).saturating_add(KEPT))?;
        }
        let removed = last(&mut text);
        let text = if text.capacity() <= ROOM {
            let mut room = text;
            let text = Text::from(room.as_slice());
            room.clear();
            self.spare.push(room);
            text
        } else {
            Text::from(text)
        };
        if let (Some(recorder), Some(mut spans)) = (&mut self.recorder, spans) {
            Record::remove(&mut spans, &removed);
            recorder.keep(&text, spans);
        }
        Ok(text)
    }

    fn parsed_text(&mut self, text: &Text) -> Result<(Arc<Template>, Rc<Overlay>)> {
        if let Some(known) = self.texts.get(text) {
            return Ok(known.clone());
        }
        self.reserve(u64::try_from(text.len()).unwrap_or(u64::MAX).saturating_mul(8))?;
        let source = text.source(TEXT);
        let parsed = parse(&Arc::from(TEXT_TEMPLATE), &source)?;
        let overlay = parsed
            .defined
            .into_iter()
            .filter(|template| !template.is_empty() || self.find(&template.name).is_none())
            .map(|template| (Arc::clone(&template.name), Arc::new(template)))
            .collect();
        let made = (Arc::new(parsed.main), Rc::new(overlay));
        self.texts.insert(text.clone(), made.clone());
        Ok(made)
    }
}

/// The name of the texts of `tpl`, which no chart's file has.
pub(super) const TEXT: &str = "the text of `tpl`";

/// The name of such a text as a template.
pub(super) const TEXT_TEMPLATE: &str = "gotpl";

/// What Go prints for nil, and Helm takes out again.
pub(super) const NO_VALUE: &[u8] = b"<no value>";

/// Takes out what Go prints for nil, as Helm does; gives where it stood.
fn without_no_value(text: &mut Vec<u8>) -> Vec<Range<usize>> {
    let found = memmem::find_iter(text, NO_VALUE).map(|at| at..at + NO_VALUE.len());
    let removed: Vec<Range<usize>> = found.collect();
    if !removed.is_empty() {
        let mut kept: Vec<u8> = Vec::with_capacity(text.len());
        let mut from = 0;
        for range in &removed {
            kept.extend_from_slice(text.get(from..range.start).unwrap_or_default());
            from = range.end;
        }
        kept.extend_from_slice(text.get(from..).unwrap_or_default());
        *text = kept;
    }
    removed
}

impl Host for Run<'_> {
    fn last_yaml(&mut self) -> &mut Option<(Text, Node)> {
        &mut self.last_yaml
    }

    fn spend(&mut self, steps: u64) -> Result<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.limits.steps {
            return Err(Error::limit(format!(
                "the templates take more than {} steps",
                self.limits.steps
            )));
        }
        Ok(())
    }

    fn reserve(&mut self, bytes: u64) -> Result<()> {
        self.bytes = self.bytes.saturating_add(bytes);
        let most = self.limits.bytes_at_once;
        if bytes > most {
            return Err(Error::limit(format!(
                "{bytes} bytes at once are more than the {most} that one call may make"
            )));
        }
        if self.bytes > self.limits.bytes {
            return Err(Error::limit(format!(
                "the templates write more than {} bytes",
                self.limits.bytes
            )));
        }
        Ok(())
    }

    fn read(&mut self, origin: Origin) {
        if let Some(recorder) = &mut self.recorder {
            recorder.read(origin);
            self.kept();
        }
    }

    fn missed(&mut self, origin: Origin, key: &Text) {
        if let Some(recorder) = &mut self.recorder {
            recorder.missed(origin, key);
            self.kept();
        }
    }

    fn reads(&self) -> Option<u32> {
        self.recorder.as_ref().map(|recorder| recorder.reads())
    }

    fn wrote_yaml(&mut self, text: &Text, marks: &[(usize, Origin)], first: u32) {
        if let Some(recorder) = &mut self.recorder {
            recorder.wrote_yaml(text, marks, first);
        }
    }

    fn random(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.chance.fill(bytes)
    }

    fn now(&self) -> SystemTime {
        self.chance.now()
    }

    fn include(&mut self, name: &Text, dot: Value) -> Result<Text> {
        let Some(template) = self.find(&name.lossy()).map(Arc::clone) else {
            return self.foreign(&name.lossy(), &dot);
        };
        let open = self.open.entry(Arc::clone(&template.name)).or_insert(0);
        if *open > RECURSION {
            return Err(Error::new(format!(
                "`{}` includes itself more than {RECURSION} levels deep",
                template.name
            )));
        }
        *open += 1;
        let text = self.captured(&template, dot, |_| Vec::new())?;
        if let Some(open) = self.open.get_mut(&template.name) {
            *open -= 1;
        }
        Ok(text)
    }

    fn tpl(&mut self, template: &Text, dot: Value) -> Result<Text> {
        if memmem::find(template.as_bytes(), b"{{").is_none() {
            let mut text = template.as_bytes().to_vec();
            return Ok(if without_no_value(&mut text).is_empty() {
                template.clone()
            } else {
                Text::from_bytes(text)
            });
        }
        let (main, overlay) = self.parsed_text(template)?;
        self.overlays.push(overlay);
        let text = self.captured(&main, dot, without_no_value);
        self.overlays.pop();
        text
    }

    fn lookup(&mut self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Value> {
        Ok(match &self.lookup {
            Some(lookup) => lookup(api_version, kind, namespace, name),
            None => Map::new().into(),
        })
    }
}
