//! What a comparison gives.

use super::path::Trail;
use super::text::Hunk;
use crate::diagnostic::Severity;
use crate::manifest::Object;
use crate::source::Place;
use crate::yaml::Node;

/// What changes between two sides.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// What the old side is called.
    pub old: String,
    /// What the new side is called.
    pub new: String,
    /// The objects that differ, the new side's in its order, then those that only the old side has.
    pub objects: Vec<ObjectChange>,
    /// How many objects are the same.
    pub same: usize,
    /// What says nothing and is left out, counted.
    pub folded: Vec<Folded>,
}

/// How many objects there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Only on the new side.
    pub added: usize,
    /// Only on the old side.
    pub removed: usize,
    /// On both, and different.
    pub changed: usize,
    /// Under another name or namespace.
    pub renamed: usize,
    /// On both, and the same, noise aside.
    pub same: usize,
}

impl Diff {
    /// Whether nothing differs, noise aside.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// How many objects changed.
    pub fn summary(&self) -> Summary {
        let count = |change: Change| {
            self.objects
                .iter()
                .filter(|object| object.change == change)
                .count()
        };
        Summary {
            added: count(Change::Added),
            removed: count(Change::Removed),
            changed: count(Change::Changed),
            renamed: count(Change::Renamed),
            same: self.same,
        }
    }
}

/// What happened to an object or a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has another value.
    Changed,
    /// Of an object: it has another name or namespace, and much of its content. Of a list: its items stand in another order.
    Renamed,
}

impl Change {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
            Change::Renamed => "renamed",
        }
    }

    /// The sign for it.
    pub fn sign(self) -> char {
        match self {
            Change::Added => '+',
            Change::Removed => '-',
            Change::Changed => '~',
            Change::Renamed => '>',
        }
    }
}

/// An object that differs.
#[derive(Debug, Clone)]
pub struct ObjectChange {
    /// What happened.
    pub change: Change,
    /// The object of the old side.
    pub old: Option<Object>,
    /// The object of the new side.
    pub new: Option<Object>,
    /// The fields that differ, where both sides have the object.
    pub fields: Vec<Field>,
    /// What is dangerous about it.
    pub dangers: Vec<Danger>,
    /// What happens to its pods, where it has some and they are replaced.
    pub restart: Option<Restart>,
    /// Of an object that is new or gone: what decided that.
    pub causes: Vec<Cause>,
}

impl ObjectChange {
    /// Something that happened to an object, of which nothing is known yet.
    pub(super) fn new(change: Change) -> Self {
        ObjectChange {
            change,
            old: None,
            new: None,
            fields: Vec::new(),
            dangers: Vec::new(),
            restart: None,
            causes: Vec::new(),
        }
    }

    /// The object to speak of: the new one, where there is one.
    pub fn object(&self) -> Option<&Object> {
        self.new.as_ref().or(self.old.as_ref())
    }
}

/// A field that differs.
#[derive(Debug, Clone)]
pub struct Field {
    /// Where.
    pub path: Trail,
    /// What happened.
    pub change: Change,
    /// The old value.
    pub old: Option<Node>,
    /// The new value.
    pub new: Option<Node>,
    /// Of a text: the lines that differ.
    pub hunks: Vec<Hunk>,
    /// Whether values in it are hidden.
    pub is_hidden: bool,
    /// Why it says nothing, where that is so.
    pub noise: Option<Noise>,
    /// What changed it.
    pub causes: Vec<Cause>,
}

/// What changed a field: a value, or the chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The value's path from the root chart's values; none where a template or the chart changed.
    pub value: Option<String>,
    /// Where it is written.
    pub place: Place,
    /// Whether it stands there on the old side alone.
    pub is_gone: bool,
}

/// What can go wrong when the new side is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// The rule that found it.
    pub code: &'static str,
    /// An error where the change fails or loses data, a warning where something stops working, an info where it is good to know.
    pub severity: Severity,
    /// What happens, a sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The field, where it is about one.
    pub path: Option<Trail>,
}

/// How pods are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restart {
    /// In which way.
    pub how: Rollout,
    /// The fields of the pod template that differ, as they are shown.
    pub fields: Vec<String>,
}

/// In which way pods are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// All are stopped before new ones start.
    AllAtOnce,
    /// Step by step.
    OneByOne,
    /// When somebody deletes them.
    OnDelete,
}

impl Rollout {
    /// The word for it, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Rollout::AllAtOnce => "all-at-once",
            Rollout::OneByOne => "one-by-one",
            Rollout::OnDelete => "on-delete",
        }
    }

    /// The words for it, behind `its pods restart`.
    pub fn words(self) -> &'static str {
        match self {
            Rollout::AllAtOnce => "all at once",
            Rollout::OneByOne => "one by one",
            Rollout::OnDelete => "when they are deleted",
        }
    }
}

/// Why a difference says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Noise {
    /// The chart's name and version in a label.
    ChartVersion,
    /// The application's version in a label.
    AppVersion,
    /// Who manages the object.
    ManagedBy,
    /// A checksum of something that changed.
    Checksum,
    /// The same data, written otherwise.
    Written,
}

impl Noise {
    /// What it is, in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Noise::ChartVersion => "chart version",
            Noise::AppVersion => "application version label",
            Noise::ManagedBy => "managed-by",
            Noise::Checksum => "checksum of what changed",
            Noise::Written => "the same data, written otherwise",
        }
    }
}

/// How many fields were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// Why.
    pub noise: Noise,
    /// How many fields.
    pub fields: usize,
    /// In how many objects.
    pub objects: usize,
    /// How many workloads restart for nothing but what is left out.
    pub restarts: usize,
}
