//! Random whole charts: subcharts with aliases, conditions, tags and imports, library charts, named templates that several charts
//! define, values that templates change, files, hooks, notes and layers of values.

use std::collections::BTreeMap;

use crate::random::Random;

/// A part of a chart that can be left out: some lines of one file.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    file: String,
    text: String,
    /// Without it there is no chart.
    is_needed: bool,
}

/// The files of a chart, of which `values-1.yaml` and the like are the user's.
#[derive(Debug, Clone)]
pub(crate) struct Chart(Vec<Part>);

/// How the files of the user's values are called.
const USER: &str = "user-";

impl Chart {
    /// The texts of the files by their paths.
    fn texts(&self) -> BTreeMap<String, String> {
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for part in &self.0 {
            texts.entry(part.file.clone()).or_default().push_str(&part.text);
        }
        texts
    }

    /// The chart's own files.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut texts = self.texts();
        texts.retain(|file, _| !file.starts_with(USER));
        texts
    }

    /// The layers of the user's values, the lowest first.
    pub(crate) fn layers(&self) -> Vec<String> {
        let texts = self.texts().into_iter();
        texts
            .filter(|(file, _)| file.starts_with(USER))
            .map(|(_, text)| text)
            .collect()
    }

    /// Whether each chart that lists dependencies is listed itself: of others Helm takes no notice of what they list.
    fn is_listed(&self) -> bool {
        let texts = self.texts();
        let lists = |folder: &str| {
            let text = texts.get(&format!("{folder}Chart.yaml"));
            text.is_some_and(|text| text.contains("- name:"))
        };
        let mut folders = texts.keys().filter_map(|file| file.strip_suffix("Chart.yaml"));
        folders.all(|folder| match folder.rfind("charts/") {
            Some(at) => !lists(folder) || lists(&folder[..at]),
            None => true,
        })
    }

    /// Charts with one thing less: the larger things first.
    pub(crate) fn smaller(&self) -> Vec<Chart> {
        let without = |leaves: &dyn Fn(&Part) -> bool| {
            let kept: Vec<Part> = self.0.iter().filter(|part| !leaves(part)).cloned().collect();
            (kept.len() < self.0.len()).then_some(Chart(kept))
        };
        let folder = |file: &str| {
            file.rfind("charts/").map(|at| {
                let name = file[at + 7..].split('/').next().unwrap_or_default();
                format!("{}{name}/", &file[..at + 7])
            })
        };
        let mut folders: Vec<String> = self.0.iter().filter_map(|part| folder(&part.file)).collect();
        folders.dedup();
        let mut files: Vec<&str> = self.0.iter().map(|part| part.file.as_str()).collect();
        files.dedup();
        let mut found: Vec<Chart> = Vec::new();
        found.extend(
            folders
                .iter()
                .filter_map(|folder| without(&|part| part.file.starts_with(folder))),
        );
        found.extend(
            files
                .iter()
                .filter_map(|file| without(&|part| !part.is_needed && part.file == *file)),
        );
        for index in 0..self.0.len() {
            if !self.0[index].is_needed {
                let mut kept = self.0.clone();
                kept.remove(index);
                found.push(Chart(kept));
            }
        }
        found.retain(Chart::is_listed);
        found
    }
}

impl std::fmt::Display for Chart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (file, text) in self.texts() {
            writeln!(f, "==> {file}")?;
            f.write_str(&text)?;
        }
        Ok(())
    }
}

/// A chart of the tree while it is made.
struct Place {
    /// Its folder, with a slash at the end.
    folder: String,
    name: String,
    /// The subcharts' keys in its values.
    below: Vec<String>,
}

pub(crate) struct Charts {
    random: Random,
    parts: Vec<Part>,
}

/// Values that all charts have, a key a part.
const VALUES: &[(&str, &[&str])] = &[
    (
        "s",
        &["text", "\"\"", "\"1.10\"", "hello world", "null", "'it''s'"],
    ),
    ("num", &["7", "0", "1000000", "2.5", "-3", "1e21"]),
    ("flag", &["true", "false"]),
    (
        "l",
        &[
            "[b, a, c]",
            "[]",
            "[1, null, {x: 1}]",
            "[{name: x, port: 80}, {name: y, port: 8080}]",
        ],
    ),
    (
        "m",
        &[
            "{x: 1, in: {z: two, none: null}}",
            "{}",
            "{x: null}",
            "{in: {z: [1, 2]}, b: true}",
        ],
    ),
    (
        "t",
        &[
            "'{{ .Release.Name }}-{{ .Values.s }}'",
            "'{{ include \"shared\" . }}'",
            "'{{ .Values.m | toYaml }}'",
            "plain",
        ],
    ),
    ("sw", &["{up: true, down: false}", "{up: false}"]),
    ("exports", &["{data: {imported: 1, m: {in: 5}}}", "{data: {}}"]),
    (
        "global",
        &[
            "{g: from, gm: {a: 1}}",
            "{gm: {a: null, b: 2}}",
            "{g: null}",
            "{}",
            "{sw: {up: false}}",
        ],
    ),
];

/// What templates look at.
const PATHS: &[&str] = &[
    ".Values.s",
    ".Values.num",
    ".Values.flag",
    ".Values.l",
    ".Values.m",
    ".Values.m.x",
    ".Values.m.in",
    ".Values.t",
    ".Values.sw",
    ".Values.sw.up",
    ".Values.global",
    ".Values.global.g",
    ".Values.global.gm",
    ".Values.imported",
    ".Values.none",
    ".Values.new",
    ".Values.exports",
    "$.Values.s",
    "$.Values.m",
    ".Release.Name",
    ".Chart.Name",
    ".Chart.Version",
    ".Chart.AppVersion",
    ".Template.Name",
    ".Template.BasePath",
    ".Release.IsInstall",
    "(dict \"a\" 1 \"b\" (list 1 2))",
    "(.Values.m).in",
    ".Extra",
];

/// Actions on a line of their own that give nothing.
const CHANGES: &[&str] = &[
    "$_ := set .Values \"new\" (dict \"from\" .Template.Name)",
    "$_ := set .Values.m \"x\" \"changed\"",
    "$_ := unset .Values.m \"in\"",
    "$_ := set .Values.global \"g\" .Chart.Name",
    "$_ := set . \"Extra\" (dict \"of\" .Chart.Name)",
    "$_ := mergeOverwrite .Values.m (dict \"x\" 9 \"in\" (dict \"z\" \"over\"))",
    "$_ := merge .Values.m (dict \"x\" 9 \"in\" (dict \"more\" 1))",
    "$copy := deepCopy .Values.m | merge (dict \"x\" 5)",
    "$_ := set .Values \"l\" (append .Values.l \"more\")",
    "with .Values.m }}{{ $_ := set . \"inner\" true }}{{ end",
    "range $k, $v := .Values.m }}{{ $_ := set $.Values.sw $k 1 }}{{ end",
];

/// Names that templates are defined by, in any of the charts.
const NAMES: &[&str] = &["shared", "other", "lib.labels"];

/// Values of a part of data: `%` stands for a path.
const FIELDS: &[&str] = &[
    "{{ % | toJson | quote }}",
    "{{ % | quote }}",
    "{{ default \"none\" % | quote }}",
    "{{ % | toYaml | quote }}",
    "{{ tpl .Values.t . | quote }}",
    "{{ tpl (toString %) $ | quote }}",
    "{{ if % }}yes{{ else }}no{{ end }}",
    "{{ printf \"%v\" % | quote }}",
    "{{ kindOf % }}",
    "\"{{ with % }}{{ . }}{{ end }}\"",
    "{{ include \"shared\" . | quote }}",
    "{{ include \"other\" (dict \"root\" $ \"value\" %) | trim | quote }}",
    "{{ .Files.Get \"files/a.txt\" | quote }}",
    "{{ (.Files.Glob \"files/*\").AsConfig | quote }}",
    "{{ (.Files.Glob \"files/**.txt\").AsSecrets | quote }}",
    "{{ .Files.Lines \"files/b.txt\" | toJson | quote }}",
    "{{ .Subcharts | keys | sortAlpha | toJson | quote }}",
    "{{ .Capabilities.KubeVersion.Minor | quote }}",
    "{{ .Capabilities.APIVersions.Has \"apps/v1\" }}",
    "{{ lookup \"v1\" \"Secret\" \"\" \"x\" | toJson | quote }}",
    "{{ hasKey .Values \"s\" }}",
    "{{ dig \"in\" \"z\" \"none\" .Values.m | toJson | quote }}",
    "|\n{{ .Values | toYaml | indent 4 }}",
    "|-\n    {{- include \"shared\" . | nindent 4 }}",
    "{{ coalesce % .Values.s \"last\" | toJson | quote }}",
    "{{ $x := % }}{{ $x | toJson | quote }}",
    "\"{{ range $i, $x := .Values.l }}{{ $i }}={{ $x }};{{ end }}\"",
    "{{ template \"other\" (dict \"root\" . \"value\" %) }}",
    "{{ required \"has to be there\" .Release.Name }}",
    "{{ .Chart.IsRoot }}",
    "{{ ternary \"a\" \"b\" (eq .Chart.Name \"app\") }}",
    "{{ .Values.global | toJson | quote }}",
    "{{ .Values | toJson | quote }}",
    "|+\n    kept\n\n",
    "{{ regexReplaceAll \"[aeiou]\" (toString %) \"_\" | quote }}",
    "{{ .Template | toJson | quote }}",
];

impl Charts {
    pub(crate) fn new(seed: u64) -> Charts {
        Charts {
            random: Random(seed),
            parts: Vec::new(),
        }
    }

    pub(crate) fn chart(&mut self) -> Chart {
        self.parts.clear();
        let mut places = Vec::new();
        self.place("", "app", 0, &mut places);
        for place in &places {
            self.templates(place);
        }
        for layer in 0..self.random.below(3) {
            self.user_values(&format!("{USER}{layer}.yaml"), &places);
        }
        Chart(std::mem::take(&mut self.parts))
    }

    fn push(&mut self, file: impl Into<String>, text: impl Into<String>) {
        self.parts.push(Part {
            file: file.into(),
            text: text.into(),
            is_needed: false,
        });
    }

    /// A chart with those below it.
    fn place(&mut self, folder: &str, name: &str, depth: usize, places: &mut Vec<Place>) {
        let is_library = name.starts_with("lib");
        let kind = if is_library { "type: library\n" } else { "" };
        self.parts.push(Part {
            file: format!("{folder}Chart.yaml"),
            text: format!("apiVersion: v2\nname: {name}\nversion: 1.{depth}.0\n{kind}"),
            is_needed: true,
        });
        if self.random.one_in(2) {
            self.push(format!("{folder}Chart.yaml"), "appVersion: \"4.5\"\n");
        }
        let mut below = Vec::new();
        let names: &[&str] = match depth {
            0 => &["db", "cache", "lib"],
            1 => &["deep", "lib2"],
            _ => &[],
        };
        let mut dependencies = Vec::new();
        for subchart in names {
            if self.random.one_in(if depth == 0 { 3 } else { 2 }) {
                continue;
            }
            let parts = self.parts.len();
            self.place(
                &format!("{folder}charts/{subchart}/"),
                subchart,
                depth + 1,
                places,
            );
            let mut key = (*subchart).to_owned();
            // Some are there and not listed; of those Helm takes no notice of what they list themselves.
            let lists = self.parts[parts..]
                .iter()
                .any(|part| part.text == "dependencies:\n");
            if lists || !self.random.one_in(6) {
                let mut entry = format!("- name: {subchart}\n  version: \"*\"\n");
                if !subchart.starts_with("lib") {
                    if self.random.one_in(3) {
                        key = format!("{subchart}2");
                        entry.push_str(&format!("  alias: {key}\n"));
                    }
                    // Of an alias further down Helm does not see its own defaults: see COMPATIBILITY.md.
                    let is_seen = depth == 0 || key == *subchart;
                    if is_seen && self.random.one_in(3) {
                        let condition = *self
                            .random
                            .of(&["sw.up", "sw.down", "global.sw.up", "none.at.all"]);
                        entry.push_str(&format!("  condition: {key}.{condition},{condition}\n"));
                    }
                    if self.random.one_in(4) {
                        entry.push_str("  tags: [back]\n");
                    }
                    if self.random.one_in(3) {
                        let imports = self.random.of::<&str>(&[
                            "  import-values: [data]\n",
                            "  import-values:\n  - child: m\n    parent: m\n",
                            "  import-values:\n  - child: exports.data\n    parent: sub\n",
                        ]);
                        entry.push_str(imports);
                    }
                }
                dependencies.push(entry);
            }
            below.push(key);
        }
        if !dependencies.is_empty() {
            self.push(format!("{folder}Chart.yaml"), "dependencies:\n");
            for entry in dependencies {
                self.push(format!("{folder}Chart.yaml"), entry);
            }
        }
        let file = format!("{folder}values.yaml");
        for (key, values) in VALUES {
            if !self.random.one_in(5) {
                let value = *self.random.of(values);
                self.push(&file, format!("{key}: {value}\n"));
            }
        }
        for key in &below {
            if self.random.one_in(2) {
                // A null among them: see COMPATIBILITY.md.
                let section = self.section(2, false);
                self.push(&file, format!("{key}: {section}\n"));
            }
        }
        if depth == 0 && self.random.one_in(3) {
            let tag = *self.random.of(&["true", "false"]);
            self.push(&file, format!("tags: {{back: {tag}}}\n"));
        }
        places.push(Place {
            folder: folder.to_owned(),
            name: name.to_owned(),
            below,
        });
    }

    /// A few values in one line.
    fn section(&mut self, most: usize, with_nulls: bool) -> String {
        let mut entries: BTreeMap<&str, &str> = BTreeMap::new();
        for _ in 0..=self.random.below(most) {
            let (key, values) = self.random.of(VALUES);
            let value = match with_nulls && *key != "global" && self.random.one_in(5) {
                true => "null",
                false => *self.random.of(values),
            };
            if with_nulls || !value.contains("null") {
                entries.insert(key, value);
            }
        }
        let entries: Vec<String> = entries
            .iter()
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        format!("{{{}}}", entries.join(", "))
    }

    fn user_values(&mut self, file: &str, places: &[Place]) {
        for (key, values) in VALUES {
            if self.random.one_in(4) {
                // A null of `global`: see COMPATIBILITY.md.
                let value = match *key != "global" && self.random.one_in(5) {
                    true => "null",
                    false => *self.random.of(values),
                };
                self.push(file, format!("{key}: {value}\n"));
            }
        }
        let below = places
            .iter()
            .find(|place| place.folder.is_empty())
            .map(|root| root.below.clone());
        for key in below.unwrap_or_default() {
            if self.random.one_in(2) {
                let section = self.section(3, true);
                self.push(file, format!("{key}: {section}\n"));
            }
        }
        if self.random.one_in(4) {
            let tag = *self.random.of(&["true", "false"]);
            self.push(file, format!("tags: {{back: {tag}}}\n"));
        }
    }

    fn templates(&mut self, place: &Place) {
        let folder = &place.folder;
        let chart = &place.name;
        let helpers = format!("{folder}templates/{}_helpers.tpl", self.random.of(&["", "sub/"]));
        for name in NAMES {
            // All names are there, in the root chart at least.
            if folder.is_empty() || self.random.one_in(2) {
                let path = *self.random.of(&[
                    "(default . .root).Chart.Name",
                    "(default . .root).Values.s",
                    "(default . .root).Release.Name",
                ]);
                let space = *self.random.of(&["", "-"]);
                self.push(&helpers, format!("{{{{{space} define \"{name}\" {space}}}}}\n{name}-{chart}: {{{{ {path} }}}}\n{{{{{space} end {space}}}}}\n"));
            }
        }
        if chart.starts_with("lib") {
            return;
        }
        for (file, text) in [
            ("files/a.txt", "first\n"),
            ("files/b.txt", "one\ntwo\n\n"),
            ("files/in/c.txt", "{{ .x }}"),
        ] {
            if self.random.one_in(2) {
                self.push(format!("{folder}{file}"), text);
            }
        }
        if self.random.one_in(3) {
            let name = self.random.of(NAMES);
            self.push(
                format!("{folder}templates/NOTES.txt"),
                format!("{{{{ include \"{name}\" . }}}}\n"),
            );
        }
        if self.random.one_in(4) {
            self.push(
                format!("{folder}crds/a.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"{{ not }}\"}\n",
            );
        }
        for number in 0..=self.random.below(3) {
            let inner = *self.random.of(&["", "", "in/", "tests/", "z/z/"]);
            let file = format!(
                "{folder}templates/{inner}{}{number}.yaml",
                self.random.of(&["a", "m", "z"])
            );
            for document in 0..=self.random.below(2) {
                let id = format!(
                    "{}{number}-{document}",
                    folder.replace("charts/", "").replace('/', "-")
                );
                self.document(&file, &id);
            }
        }
    }

    fn document(&mut self, file: &str, id: &str) {
        let mark = *self
            .random
            .of(&["---\n", "---\n", "\n---\n", "--- # next\n", "---\n# a note\n"]);
        self.push(file, mark);
        if self.random.one_in(3) {
            let change = self.random.of(CHANGES);
            self.push(file, format!("{{{{- {change} }}}}\n"));
        }
        // Charts that are used twice under two names have each object twice.
        self.push(
            file,
            format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {id}-{{{{ .Chart.Name }}}}\n"),
        );
        match self.random.below(6) {
            0 => self.push(file, "  annotations:\n    helm.sh/hook: pre-install,post-upgrade\n    helm.sh/hook-weight: \"3\"\n"),
            1 => self.push(file, "  labels:\n    {{- include \"lib.labels\" . | nindent 4 }}\n"),
            2 => self.push(file, "  annotations:\n    helm.sh/hook: test\n"),
            _ => {}
        }
        self.push(file, "data:\n");
        for number in 0..=self.random.below(4) {
            let path = *self.random.of(PATHS);
            let field = self
                .random
                .of(FIELDS)
                .replace('%', path)
                .replace(&format!("\"{path}v\""), "\"%v\"");
            let line = format!("  k{number}: {field}\n");
            match self.random.below(6) {
                0 => {
                    let condition = *self.random.of(PATHS);
                    self.push(file, format!("{{{{- if {condition} }}}}\n{line}{{{{- end }}}}\n"));
                }
                1 => self.push(file, format!("{{{{- range $k, $v := .Values.m }}}}\n  {{{{ $k }}}}-{number}: {{{{ $v | toJson | quote }}}}\n{{{{- end }}}}\n")),
                _ => self.push(file, line),
            }
        }
        if self.random.one_in(4) {
            let change = self.random.of(CHANGES);
            self.push(file, format!("{{{{- {change} }}}}\n"));
        }
    }
}
