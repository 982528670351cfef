//! The registry of codes: each with what it means and what to do about it.
//!
//! Codes are stable: scripts and people's notes name them. Those of the rules of `lint` stand with the rules. The page `docs/diagnostics.md` is made of this table; a test holds that no
//! code is used that is not here, and that none is here that is not used.

use super::Severity;

/// A code of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The name, in kebab-case.
    pub code: &'static str,
    /// How bad it is; where it is an error for one and a warning for another, the error.
    pub severity: Severity,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// What to do about it, one sentence.
    pub action: &'static str,
}

/// Codes that are about one subject.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The subject.
    pub title: &'static str,
    /// The codes, sorted.
    pub codes: &'static [Code],
}

/// What is registered of a code.
pub fn find(code: &str) -> Option<&'static Code> {
    let mut codes = GROUPS.iter().flat_map(|group| group.codes);
    codes.find(|registered| registered.code == code)
}

const fn error(code: &'static str, meaning: &'static str, action: &'static str) -> Code {
    Code {
        code,
        severity: Severity::Error,
        meaning,
        action,
    }
}

const fn warning(code: &'static str, meaning: &'static str, action: &'static str) -> Code {
    Code {
        severity: Severity::Warning,
        ..error(code, meaning, action)
    }
}

const fn info(code: &'static str, meaning: &'static str, action: &'static str) -> Code {
    Code {
        severity: Severity::Info,
        ..error(code, meaning, action)
    }
}

/// All codes.
#[rustfmt::skip]
pub static GROUPS: &[Group] = &[
    Group { title: "Command line", codes: &[
        info("built-in-chart", "The current directory holds a chart, and the built-in chart is used.", "Write `--chart .` for the one in the directory."),
        error("config-invalid", "`.promchart.yaml` has a mistake.", "Correct it as the message says; docs/lint.md has the form."),
        error("field-not-found", "`values --of` names a field that the object does not have.", "Use one of the names that the message lists; an item of a list is `[0]` or `[its-name]`."),
        error("helm-command", "A command is Helm's, and promchart does not have it.", "Do what the message says instead."),
        error("kube-version", "`--kube-version` is not a version of Kubernetes.", "Write it as `1.32` or `v1.32.4`."),
        error("lookup-object", "The file of `--lookup` holds something that is not an object of Kubernetes.", "Write it with `kubectl get ... -o yaml`."),
        error("missing-part", "The chart does not have the file or template that `show` was asked for.", "List the templates with `promchart show templates`."),
        error("namespace", "The namespace is not a DNS label.", "Use up to 63 lower-case letters, digits and `-`."),
        error("no-notes", "`--notes` is given, and the chart has no NOTES.txt.", "Leave it out, or add the file to the chart."),
        error("object-not-found", "`values --of` names no object, or several.", "Write `Kind/name` or `Kind/namespace/name`, as the message shows."),
        error("path-invalid", "A key or a field is not a path.", "Write it as `a.b[0].c`, and a key with other characters in quotes."),
        error("release-name", "The release name is empty, too long or not a DNS name.", "Use up to 53 lower-case letters, digits, `-` and `.`."),
        error("several-environments", "`--env` is given several times to a command that takes one.", "Give one, or render them with `render --output-dir`."),
        error("severity-flag", "`--severity` is not `CODE=LEVEL`.", "Write a code that docs/lint.md lists, and error, warning, info or off."),
        error("show-only", "A pattern of `--show-only` matches no template of the chart.", "List the templates with `promchart show templates`."),
        warning("show-only-empty", "The templates that `--show-only` selects write no objects.", "Check the values that switch the template on; helper files never write objects."),
        error("show-only-pattern", "A pattern of `--show-only` cannot be parsed.", "Close brackets and braces."),
        error("stdin-twice", "`-f -` is given more than once.", "Give it once: standard input can be read only once."),
        error("strict", "`render --strict` found something that looks wrong with the values.", "Correct what is told above it, or leave `--strict` out."),
        error("unexpected-word", "A word that is not a flag is not understood there.", "Use `--release NAME` and `--chart PATH`."),
        error("unknown-code", "`lint` is given a code that no finding has.", "Use one of the codes in docs/lint.md and docs/diagnostics.md."),
        error("unknown-environment", "The chart has no `values/NAME.yaml` for `--env NAME`.", "Use one of the environments that the message lists."),
        error("unknown-subchart", "The chart has no subchart of the name.", "Use one of the names that the message lists."),
        info("unused-ignore", "A comment `promchart: ignore CODE` ignores nothing.", "Remove it, or put it at the line that it is about or above it."),
        error("value-not-found", "`values --explain` names a key that neither the values nor the chart know.", "Use the key that the message suggests."),
        error("values-not-local", "`-f` is given an address.", "Fetch the file, and give its path or `-`."),
    ] },
    Group { title: "Differences", codes: &[
        error("cluster-unreachable", "kubectl does not reach a cluster.", "Check `kubectl cluster-info` and `kubectl config current-context`."),
        info("deleted-file", "A values file is not there any more, and may have been at the revision.", "Leave it out of the command line if it is not meant."),
        error("diff-pattern", "A pattern of `--name` or `--path` cannot be used.", "Write `*` for any text and `?` for a character."),
        warning("empty-manifests", "What is given as the old side holds no objects.", "Look whether the command that printed it failed, such as for another release or namespace."),
        warning("live-object", "kubectl cannot read an object of the cluster.", "Check the rights of the context, and that the cluster has the kind."),
        error("no-default-branch", "A repository has none of the usual default branches.", "Name a revision: `--against-git REV`."),
        error("no-old-side", "`diff` is given no flag that names the old side.", "Add `--live`, `--against-git`, `--against-values` or another one."),
        error("not-a-manifest", "What is given as manifests holds something other than objects.", "Give what `helm get manifest`, `promchart render` or `kubectl get -o yaml` print."),
        error("not-a-repository", "`--against-git` is used outside a git repository.", "Run it in a clone, or give the old side as files."),
        info("not-at-revision", "A file, environment or chart did not exist at the revision.", "Nothing is to be done: the old side is without it."),
        warning("nothing-compared", "`--kind` and `--name` leave nothing to compare.", "Write kinds as in manifests; names may have `*`."),
        error("program-failed", "git or kubectl failed.", "Read what it said, and run it by hand."),
        error("program-missing", "git or kubectl is not installed.", "Install it, or give the old side as manifests."),
        warning("refused-object", "The cluster refuses an object in a dry run.", "Correct what it says; the object is compared as it is rendered."),
        info("renamed-file", "A values file had another name at the revision.", "Nothing is to be done: the old side is made with the old file."),
        warning("repeated-object", "Manifests hold two objects of one identity.", "Remove the first: the last one counts, as for `kubectl apply`."),
        info("same-on-both-sides", "Standard input or a file of `--set-file` is the same on both sides.", "Give it as a values file that git knows, where it is to be compared."),
        info("shallow-clone", "A shallow clone does not reach back to where the branch left the default one.", "Fetch more of it: `git fetch --unshallow`."),
        error("unknown-revision", "git knows no revision of the name.", "Fetch it first."),
    ] },
    Group { title: "Files", codes: &[
        error("file-is-folder", "A directory is given where a file is expected.", "Give the path of a file."),
        error("file-not-found", "There is no file of the name.", "Check the path; `-f` takes one file, and may be repeated."),
        error("file-not-utf8", "A text file has bytes that are not UTF-8.", "Save it as UTF-8."),
        error("file-too-large", "A file is larger than its limit.", "Split it, or exclude it from the chart with .helmignore."),
        error("file-unreadable", "The system refuses to read a file.", "Check its permissions."),
        error("too-many-files", "A folder holds too many files.", "Name the folder that holds the manifests alone."),
    ] },
    Group { title: "Output", codes: &[
        warning("changed-file-kept", "`--prune` kept a file that was changed after promchart wrote it.", "Remove it if nobody needs it."),
        error("folder-not-empty", "`eject` or `create` is to write into a directory that holds files.", "Name a directory that does not exist yet."),
        error("interrupted", "A signal ended the run while it wrote, and everything was undone.", "Run it again."),
        error("new-chart-name", "`create` is to make a chart after whose name objects cannot be named.", "Take lower-case letters, digits and hyphens, a letter first, at most 40 of them."),
        error("output-failed", "The system refuses to write, or a file or directory is in the way.", "Check the path, permissions and free space."),
        error("output-locked", "Another process is writing to the same directory.", "Run again when it is done."),
        error("output-not-folder", "The output directory is a file.", "Name a directory."),
        error("output-path-invalid", "A path to be written leaves the output directory or is reserved.", "Remove the symbolic link, or choose another directory."),
    ] },
    Group { title: "Charts", codes: &[
        error("chart-alias-invalid", "An alias of a dependency has other characters than letters, digits, `-` and `_`.", "Rename the alias."),
        warning("chart-api-version", "Chart.yaml has an `apiVersion` that is not known.", "Write `apiVersion: v2`."),
        error("chart-archive-broken", "An archive cannot be unpacked.", "Fetch or package it again."),
        error("chart-archive-empty", "An archive holds no files.", "Package the chart again."),
        error("chart-archive-path", "An archive holds a path that is not allowed: absolute, `..`, a link, two top directories, a duplicate.", "Package the chart with `helm package`."),
        warning("chart-deprecated", "The chart's authors gave it up.", "Look for its successor."),
        error("chart-engine", "`engine` in Chart.yaml is not known.", "Write `engine: jinja`, or `engine: gotpl` for Helm's own templates."),
        error("chart-key-case", "A key of Chart.yaml is spelled with other capitals.", "Write it as the message says."),
        error("chart-link-loop", "A symbolic link in a chart leads to a directory that contains it.", "Remove the link."),
        error("chart-link-outside", "A symbolic link in a chart leads out of it.", "Copy the file into the chart, or exclude the link with .helmignore."),
        error("chart-name-invalid", "The name of a chart is a path, too long, or has spaces or control characters.", "Rename the chart."),
        error("chart-not-archive", "What is given as a chart is neither a directory nor a .tgz archive.", "Give the chart's directory or archive."),
        error("chart-not-local", "What is given as a chart is an address.", "Fetch it with `helm pull`, and give the archive."),
        warning("chart-number-as-text", "A number stands in Chart.yaml where a string is expected, and is used as one.", "Put it in quotes: `1.20` is read as `1.2`."),
        error("chart-path-invalid", "A file of a chart has a name that is not allowed, or is a pipe or device.", "Rename it, or exclude it with .helmignore."),
        error("chart-path-too-long", "A path in a chart is longer than 1024 bytes.", "Shorten it."),
        warning("chart-requirements", "A chart of `apiVersion: v2` has a requirements.yaml.", "Move its dependencies into Chart.yaml."),
        error("chart-too-deep", "Charts are nested too deeply within charts.", "Flatten the tree."),
        error("chart-too-large", "A chart has too many files, or they are too large together.", "Exclude files that do not belong to it with .helmignore."),
        error("chart-version-invalid", "The version of a chart is not a semantic version.", "Write three numbers, such as `1.2.3`."),
        error("chart-yaml-invalid", "A key of Chart.yaml has a value of the wrong kind.", "Write the kind that the message names."),
        error("chart-yaml-missing", "There is no Chart.yaml.", "Give a chart's directory; only charts belong into charts/."),
        error("chart-yaml-missing-key", "Chart.yaml lacks a key that it needs.", "Add the key."),
        error("charts-stray-file", "A file in charts/ is not a chart.", "Move it; names that start with `.` or `_` are ignored."),
        error("helmignore-pattern", ".helmignore has a pattern that cannot be used, or too many.", "Correct the line."),
        error("kube-version-mismatch", "A chart requires another version of Kubernetes; of a subchart this is a warning.", "Give the version of your cluster with `--kube-version`."),
        error("kube-version-range-invalid", "`kubeVersion` in Chart.yaml is not a range.", "Write a range such as `>=1.25.0-0`."),
        error("library-chart", "A library chart has no objects of its own.", "Render a chart that depends on it."),
        error("moved-values-invalid", "A chart's moved-values.yaml has another form than it should.", "See docs/lint.md for its form."),
        error("no-embedded-chart", "This build has no built-in chart.", "Name a chart with `--chart PATH`."),
        error("too-many-charts", "A chart with its subcharts comes to too many charts.", "Depend on fewer charts."),
        warning("unknown-template", "Files under templates/ are neither objects, helpers nor notes, and are ignored.", "Name objects `*.yaml` and helpers `_*.yaml`; exclude other files with .helmignore."),
    ] },
    Group { title: "Archives", codes: &[
        error("chart-yaml-not-changed", "`package --version` or `--app-version` cannot be written into Chart.yaml as it stands.", "Write the key and its value on a line of their own."),
        error("digest-flag", "`verify --digest` is not given a digest.", "Write `sha256:` and 64 hexadecimal digits, as `promchart package` prints them."),
        error("no-chart-here", "`package` is given no chart, and none is in this directory.", "Name the chart's directory."),
        error("package-bytes", "An archive is not what `package` makes of the files in it: another program made it, or somebody changed it.", "Pack the chart again, or give `--foreign`."),
        info("package-compression", "An archive holds what `package` writes, compressed otherwise.", "Nothing, unless its digest has to be the same."),
        error("package-digest", "An archive has another digest than the one that was asked for.", "Find out where it comes from: it is not the archive that the digest was written down for."),
        error("package-folder", "The directory in an archive has another name than the chart.", "Pack the chart again."),
        error("package-inside", "`package` is to write the archive to where the next archive would hold it.", "Name another directory with `--destination`, or exclude `*.tgz` with .helmignore."),
        error("package-path", "An archive cannot hold a file under its name, or has no place for a chart that `file://` names.", "Rename the file or directory, or exclude it with .helmignore."),
    ] },
    Group { title: "Dependencies", codes: &[
        error("chart-lock-invalid", "Chart.lock has a value of the wrong kind.", "Update it, as `helm dependency update` does."),
        warning("chart-lock-out-of-sync", "Chart.lock does not match the dependencies in Chart.yaml.", "Update it, as `helm dependency update` does."),
        warning("condition-not-boolean", "The value at a condition is neither true nor false, and does not decide.", "Set it to true or false."),
        error("dependency-cycle", "Charts depend on each other in a cycle.", "Remove one of the dependencies."),
        error("dependency-missing", "A chart that Chart.yaml names is not in charts/ or not at its path.", "Fetch it into charts/, as `helm dependency build` does."),
        error("dependency-name-mismatch", "The chart at a `file://` path has another name.", "Correct the path or the name."),
        warning("dependency-not-listed", "A chart in charts/ is enabled though Chart.yaml does not name it.", "Add an entry to `dependencies`, or remove the chart."),
        error("dependency-outside", "An archive names a chart outside it by `file://`.", "Package both together."),
        error("dependency-version-invalid", "The version of a dependency is missing or not a range.", "Write a range such as `1.2.x` or `^1.2.0`."),
        error("dependency-version-mismatch", "The chart that is there has a version that the range does not allow.", "Fetch another version, or change the range."),
        error("duplicate-dependency", "Two dependencies have one name.", "Give one of them an `alias`."),
        error("duplicate-subchart", "Two charts in charts/ have one name.", "Remove one of them."),
        warning("import-not-found", "`import-values` names values that the subchart does not have.", "Name a map of the subchart's values.yaml."),
        warning("tag-not-boolean", "The value of a tag is neither true nor false, and does not decide.", "Set it to true or false."),
    ] },
    Group { title: "Values and flags", codes: &[
        warning("empty-key", "A key has nothing below it, which deletes its defaults.", "Remove the key, or write `null` where they are to go."),
        warning("global-kinds-differ", "A global is a map in one chart and not in another, and the subchart keeps its own.", "Give both the same kind of value."),
        warning("global-not-a-map", "`global` is not a map.", "Write keys below it."),
        error("invalid-schema", "values.schema.json is not a valid schema.", "Correct the schema; nothing is fetched for a `$ref`."),
        error("invalid-value", "A value is not what the schema allows.", "Write what the message names."),
        error("missing-key", "A key that the schema requires is missing.", "Add the key."),
        error("more-violations", "There are more violations of the schemas than are told.", "Correct those that are told first."),
        warning("not-a-table", "A map replaces a value of another kind, or the other way round.", "Write the kind that the default has, or null to remove it."),
        warning("quoted-boolean", "A boolean in quotes is taken as one, because the schema asks for it.", "Remove the quotes."),
        warning("quoted-number", "A number in quotes is taken as one, because the schema asks for it.", "Remove the quotes."),
        error("schema-too-large", "A schema takes too much time or memory.", "Make it with fewer references that meet at one value, and fewer patterns."),
        error("section-not-a-map", "The section of a subchart is not a map.", "Write the subchart's values below its name."),
        error("set-bad-index", "An index in a `--set` flag is not a whole number.", r"Write `\[` for a bracket that belongs to the key."),
        error("set-clash", "A `--set` flag goes through a value that is neither a map nor a list.", "Set that value as a whole."),
        error("set-dangling-escape", "A `--set` flag ends with a backslash.", r"Write `\\` for a backslash."),
        error("set-empty-key", "A key in a `--set` flag is empty.", "Write the name of the value."),
        error("set-invalid-json", "The value of `--set-json` is not JSON.", "Use double quotes in JSON, and single quotes in the shell."),
        error("set-limit", "A `--set` flag has too large an index, or too many dots or indexes.", "Use a values file."),
        error("set-no-value", "A key in a `--set` flag has no value.", r"Write `KEY=VALUE`; `\,` for a comma that belongs to the value."),
        error("set-unclosed-list", "A list in a `--set` flag has no closing brace.", r"Add it, or write `\{` for a brace that starts a text."),
        warning("values-ignored-document", "A values file has more than one document, and only the first is used.", "Put the others into files of their own."),
        error("values-not-a-map", "A values file is not a map.", "Write keys and values."),
    ] },
    Group { title: "YAML", codes: &[
        warning("boolean-key", "A key without quotes is a boolean in YAML 1.1, such as `on`.", "Put the key in quotes."),
        error("complex-key", "A key is a list or a map.", "Write a string."),
        error("duplicate-key", "A key is written twice in one map.", "Remove one of the two."),
        error("merge-not-map", "`<<` in a template is given something other than maps.", "Give it a map or a list of maps."),
        error("not-finite", "A number is infinite or not a number, which Kubernetes does not have.", "Put it in quotes where it is text."),
        error("unknown-anchor", "An alias has no anchor above it.", "Define the anchor, or put the text in quotes."),
        error("yaml-alias", "An alias stands within the value that it repeats.", "Move the anchor to a complete value above."),
        error("yaml-aliases", "Aliases repeat too much.", "Write fewer aliases of aliases."),
        error("yaml-anchor", "An anchor or tag has a name that go-yaml does not take.", "Use letters, digits, `-` and `_`; put text that begins with `&`, `*` or `!` in quotes."),
        error("yaml-brackets", "A text in brackets is read otherwise by readers of YAML 1.1 and 1.2.", "Put it in quotes, or write a space behind the colon of a key."),
        error("yaml-control-character", "A control character stands in a text.", "Remove it, or write it as an escape in double quotes."),
        error("yaml-depth", "Lists and maps are nested too deeply.", "Check how the text was made."),
        error("yaml-key", "A value cannot be a key.", "Put the key in quotes."),
        error("yaml-line-separator", "An invisible character ends a line for some readers of YAML.", "Remove it, or write it as an escape in double quotes."),
        error("yaml-merge", "`<<` is given something other than maps.", "Give it a map or a list of maps, or put `<<` in quotes."),
        error("yaml-size", "A text has more of something than its limit.", "Check how the text was made."),
        error("yaml-syntax", "The text is not YAML.", "Correct the place that is shown; quotes help for text with `:` or `#`."),
        error("yaml-tab", "A tab indents a line.", "Use spaces."),
        error("yaml-tag", "A value is not what its tag says.", "Remove the tag, or correct the value."),
        error("yaml-template", "`{{ }}` stands in a file that is not a template.", "Put the value in quotes."),
        error("yaml-version", "`%YAML` asks for another version than 1.1 or 1.2.", "Remove the line."),
    ] },
    Group { title: "Templates", codes: &[
        error("go-template", "A Go template cannot be parsed or executed; its places are followed by those that included it.", "See the place that is shown first."),
        error("go-template-limit", "Go templates take too long, write too much or include each other too deeply.", "Look for a loop or an include that never ends."),
        error("hyphen-key", "A key with a hyphen is read as a subtraction.", r#"Write `Values["key-name"]`."#),
        error("merge-list", "`<<` merges a list of maps that share a key, which would lose values.", "Give the list as the value of a key, or merge the maps with the filter `merge`."),
        error("template-alias", "A template holds a YAML alias.", "Use `{% set %}` and `{{ }}`."),
        error("template-character", "A template holds a character that Unicode reserves.", "Remove it."),
        error("template-depth", "A template nests lists and maps, or calls helpers, too deeply.", "Check for a value or helper that holds itself."),
        error("template-documents", "A macro or captured block holds more than one document.", "Write one document in each."),
        error("template-endless", "The templates take too long.", "Look for a loop that never ends or grows with the square of its input."),
        error("template-error", "A filter, function or operator cannot work on its values.", "See the values that the message shows."),
        error("template-expression", "An expression has too many names and operators, or an `if` too many branches.", "Name parts of it with `{% set %}`, loop over a list, or look the value up in a map."),
        error("template-filter", "There is no filter of the name.", "See docs/templates.md for those that there are."),
        error("template-function", "There is no function of the name.", "See docs/templates.md for those that there are."),
        error("template-hole", "A value was lost while rendering, which is a bug in promchart.", "Report it with the template."),
        error("template-macros", "The helper files of a chart hold too many macros.", "Split the chart."),
        error("template-method", "A value has no method of the name.", "Use the filter that the message shows."),
        error("template-missing", "A template includes another one that is not there.", "Share with a helper: a `set` or `macro` of a `_*.yaml` file."),
        error("template-output", "The templates write too much.", "Look for a loop over a large list."),
        error("template-syntax", "A template cannot be parsed.", "Correct the tag at the place that is shown."),
        error("template-test", "There is no test of the name.", "See docs/templates.md for those that there are."),
        error("template-text", "A list or map stands inside a text, or a template is not UTF-8.", "Insert it as a whole value, or join it."),
        error("tpl", "A text of the values that is a template cannot be rendered.", "Correct it at its place in the values."),
        error("undefined-value", "A template uses a value that is not defined.", "Correct the name; `default` and conditions may ask for values that are not there."),
    ] },
    Group { title: "Objects", codes: &[
        error("duplicate-object", "Two objects have one kind, namespace and name.", "Rename or remove one of them."),
        warning("incomplete-object", "An object lacks `apiVersion`, `kind` or a name.", "Add it: Kubernetes rejects the object otherwise."),
        error("not-an-object", "A template writes a document that is not a map.", "Begin with `apiVersion:` and `kind:`."),
        warning("unknown-hook", "A hook has an event that Helm does not know, and is left out.", "Use one of the events that the message lists."),
    ] },
];
