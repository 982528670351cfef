"""A Helm chart of the size of the built-in chart, for the benchmark: make(binary, root, folder).

Chart by chart and file by file what the repository has: the same values.yaml and values.schema.json, as many templates of
about as many lines, and by default as many objects of about as many bytes. Where a template of ours has one line for a setting that
may be empty (`key: {{ value or omit }}`), the four lines count that Go's templates have for it. The templates are derived from what promchart
renders by default: what the values hold comes from the values, names and labels come from named templates. A template
that makes nothing by default is filled up in the same style behind a condition.
"""
import json
import os
import re
import subprocess

LIBRARY = "common"
PLAIN = re.compile(r"(?:--)?[A-Za-z/$][A-Za-z0-9_./$()=-]*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPTIONAL = re.compile(r"\{\{.*\bomit\b.*\}\}")
WORDS = re.compile(r"true|false|null|yes|no|on|off|y|n", re.IGNORECASE)

# What all charts share, in the library chart; one named template after another, spread over its files.
SHARED = """\
{{- define "common.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "common.unique" -}}
{{- $name := include "common.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "common.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- include "common.unique" . }}
{{- end }}
{{- end }}

{{- define "common.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{- define "common.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "common.selector" -}}
app.kubernetes.io/name: {{ include "common.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "common.labels" -}}
helm.sh/chart: {{ include "common.chart" . }}
{{ include "common.selector" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "common.image" -}}
{{- $tag := default .version .image.tag }}
{{- with .image.registry }}
{{- printf "%s/" . }}
{{- end }}
{{- if .image.digest }}
{{- printf "%s@%s" .image.repository .image.digest }}
{{- else }}
{{- printf "%s:%s" .image.repository $tag }}
{{- end }}
{{- end }}
"""

OWN = """\
{{- define "CHART.fullname" -}}
FULLNAME
{{- end }}

{{- define "CHART.namespace" -}}
{{- include "common.namespace" . }}
{{- end }}

{{- define "CHART.selector" -}}
{{- include "common.selector" . }}
{{- end }}

{{- define "CHART.labels" -}}
{{- include "common.labels" . }}
app.kubernetes.io/part-of: {{ include "common.name" . }}
{{- end }}
"""

SERVER_FILES = """\
{{- range $name, $content := .Values.serverFiles }}
{{ $name }}: |
{{- if eq $name "prometheus.yml" }}
ALERTING
  global:
    {{- toYaml $.Values.server.global | nindent 6 }}
  {{- with omit $content "scrape_configs" }}
    {{- toYaml . | nindent 4 }}
  {{- end }}
  scrape_configs:
  {{- range $job, $settings := $.Values.scrapeConfigs }}
  {{- if ne (toString $settings.enabled) "false" }}
  - job_name: {{ default $job $settings.job_name }}
    {{- toYaml (omit $settings "enabled" "job_name") | nindent 6 }}
  {{- end }}
  {{- end }}
{{- else }}
  {{- toYaml $content | nindent 4 }}
{{- end }}
{{- end }}
"""


def make(binary, root, folder):
    """Writes the chart into `folder`."""
    os.makedirs(folder)
    rendered = output([binary, "render"])
    sources = re.findall(r"^# Source: (.*)$", rendered, re.MULTILINE)
    objects = json.loads(output([binary, "render", "-o", "json"]))["items"]
    if len(sources) != len(objects):
        raise SystemExit("the built-in chart: %d sources of %d objects" % (len(sources), len(objects)))
    made = {}
    for source, item in zip(sources, objects):
        made.setdefault(source.split("/", 1)[1], []).append(item)
    parent = values_of(binary, root, folder)
    for path in [""] + sorted("charts/" + name for name in os.listdir(os.path.join(root, "charts"))):
        chart = os.path.basename(path) or "prometheus"
        values = parent
        if path:
            own = values_of(binary, os.path.join(root, path), folder)
            values = overlaid(own, parent.get(chart, {}))
        Chart(chart, os.path.join(root, path), os.path.join(folder, "chart", path), values).write(path, made)
    return os.path.join(folder, "chart")


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout


def values_of(binary, chart, folder):
    """What a values.yaml holds, read by promchart, since Python has no reader of YAML."""
    if not os.path.exists(os.path.join(chart, "values.yaml")):
        return {}
    write(os.path.join(folder, "reader", "Chart.yaml"), "apiVersion: v2\nname: reader\nversion: 1.0.0\nengine: jinja\n")
    write(os.path.join(folder, "reader", "values.yaml"), read(os.path.join(chart, "values.yaml")))
    template = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata: {{ Values }}\n"
    write(os.path.join(folder, "reader", "templates", "values.yaml"), template)
    answer = output([binary, "render", "--chart", os.path.join(folder, "reader"), "-o", "json"])
    return json.loads(answer)["items"][0]["data"]


def overlaid(below, above):
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: overlaid(below.get(key), value) for key, value in above.items()}}


def read(path):
    with open(path) as f:
        return f.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def scalar(value):
    """A scalar as YAML that means the same text in Helm."""
    if isinstance(value, str) and PLAIN.fullmatch(value) and not WORDS.fullmatch(value):
        return value
    return json.dumps(value)


def indented(lines, by):
    return [" " * by + line if line else line for line in lines]


class Chart:
    """One chart: where ours is, where the Helm chart goes, and where in its values things are."""

    def __init__(self, name, ours, folder, values):
        self.name, self.ours, self.folder, self.values = name, ours, folder, values
        self.known, self.empty, self.conditions, self.images, self.lists = {}, [], [], {}, {}
        self.walk(values, ".Values")
        self.turn, self.containers = 0, None

    def walk(self, values, path):
        for key, value in values.items():
            here = path + "." + key
            if not NAME.fullmatch(key):
                continue
            if value in ("", None) or value == [] or value == {}:
                self.empty.append((key, here))
            else:
                self.known.setdefault((key, json.dumps(value, sort_keys=True)), here)
            if key == "enabled" and value is False:
                self.conditions.append(here)
            if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
                self.lists[",".join(sorted(value))] = here
            if isinstance(value, dict):
                if isinstance(value.get("repository"), str):
                    self.images[value["repository"]] = here
                self.walk(value, here)

    def write(self, path, made):
        for name in ("values.yaml", "values.schema.json"):
            if os.path.exists(os.path.join(self.ours, name)):
                write(os.path.join(self.folder, name), read(os.path.join(self.ours, name)))
        about = re.sub(r"^engine:.*\n", "", read(os.path.join(self.ours, "Chart.yaml")), flags=re.MULTILINE)
        if path:
            # A chart takes the named templates of the library from its parent.
            about = re.sub(r"^dependencies:\n([ -].*\n)*", "", about, flags=re.MULTILINE)
        write(os.path.join(self.folder, "Chart.yaml"), about)
        templates = os.path.join(self.ours, "templates")
        files = sorted(os.path.relpath(os.path.join(at, name), templates) for at, _, names in os.walk(templates) for name in names)
        partials = [name for name in files if os.path.basename(name).startswith("_")]
        self.apart = any(name in ("_containers.yaml", "_pod.yaml") for name in partials)
        for name in files:
            if name not in partials:
                lines = self.lines(os.path.join(templates, name))
                objects = made.get(os.path.join(path, "templates", name), [])
                self.put(name, self.template(name[:-5], lines, objects))
        for name in partials:
            lines = self.lines(os.path.join(templates, name))
            self.put(name[:-5] + ".tpl", self.partial(name[1:-5], lines))

    @staticmethod
    def lines(path):
        """How many lines a Go template with the settings of ours has."""
        return sum(4 if OPTIONAL.search(line) else 1 for line in read(path).splitlines())

    def put(self, name, lines):
        write(os.path.join(self.folder, "templates", name), "\n".join(lines) + "\n")

    def template(self, stem, lines, objects):
        text = []
        for item in objects:
            if text:
                text.append("---")
            text += self.mapping(item)
        if objects:
            return text + self.filled(lines - len(text), 2 if "spec" in objects[-1] else 0)
        if stem == "extra-manifests" and "extraManifests" in self.values:
            return ["{{- range .Values.extraManifests }}", "---", "{{ tpl (toYaml .) $ }}", "{{- end }}"]
        word = stem.split("/")[-1].replace("-", "")
        fitting = [path for path in self.conditions if word in path.lower()] or self.conditions
        text = ["{{- if %s }}" % fitting[0], "apiVersion: example.com/v1", "kind: " + word.capitalize(), "metadata:"]
        text += ["  name: " + self.helper("fullname"), "  namespace: " + self.helper("namespace"), "  labels:"]
        text += ["    " + self.block("labels", 4), "spec:"]
        return text + self.filled(lines - len(text) - 1, 2) + ["{{- end }}"]

    def partial(self, stem, lines):
        if self.name == LIBRARY:
            # All of the shared templates stand in the first file; the others are as long as ours.
            text = SHARED.splitlines() if self.turn == 0 else []
            self.turn += 1
            return text or ["{{- define \"common.%s\" -}}" % stem] + self.filled(lines - 2, 0) + ["{{- end }}"]
        text = []
        if stem == "helpers":
            server = '{{- include "common.unique" . }}-{{ .Values.server.name }}'
            fullname = server if self.name == "prometheus" else '{{- include "common.fullname" . }}'
            text = OWN.replace("CHART", self.name).replace("FULLNAME", fullname).splitlines()
        elif self.containers:
            text = ["{{- define \"%s.containers\" -}}" % self.name] + self.containers + ["{{- end }}"]
            self.containers = None
        text.append("{{- define \"%s.more-%s\" -}}" % (self.name, stem))
        return text + self.filled(lines - len(text) - 1, 0) + ["{{- end }}"]

    def filled(self, lines, at):
        """About so many lines for settings that are empty by default, so that they make nothing."""
        text = []
        empty = self.empty or [("extra", ".Values.extra")]
        while len(text) + 4 <= lines:
            key, path = empty[self.turn % len(empty)]
            self.turn += 1
            text += indented(["{{- with %s }}" % path, key + ":", "  {{- toYaml . | nindent %d }}" % (at + 2), "{{- end }}"], at)
        return text

    def helper(self, name):
        return '{{ include "%s.%s" . }}' % (self.name, name)

    def block(self, name, at):
        return '{{- include "%s.%s" . | nindent %d }}' % (self.name, name, at)

    def mapping(self, values, at=0, item=False):
        """The lines of a map that stands at column `at`, not indented; the first line of a list's item has no block before it."""
        text = []
        for key, value in values.items():
            text += self.entry(key, value, at, item and not text)
        return text

    def entry(self, key, value, at, first):
        path = self.known.get((key, json.dumps(value, sort_keys=True)))
        key_text = key if re.fullmatch(r"[\w./-]+", key) else json.dumps(key)
        if isinstance(value, dict) and "app.kubernetes.io/instance" in value:
            return [key + ":", "  " + self.block("labels" if "helm.sh/chart" in value else "selector", at + 2)]
        if key == "namespace":
            return ["namespace: " + self.helper("namespace")]
        if key == "containers" and self.apart:
            self.containers = self.items(value, 0)
            return ["containers:", "  " + self.block("containers", at + 2)]
        if key == "data" and "serverFiles" in self.values:
            files = SERVER_FILES.replace("ALERTING", self.alerting(value["prometheus.yml"]))
            return ["data:", "  allow-snippet-annotations: \"false\""] + indented(files.rstrip("\n").splitlines(), 2)
        if key == "checksum/config":
            return ["checksum/config: {{ toYaml .Values.config | sha256sum }}"]
        if isinstance(value, str) and "\n" in value:
            return [key + ": |", "  {{- toYaml (omit .Values.config \"enabled\") | nindent %d }}" % (at + 2)]
        if path and isinstance(value, (dict, list)) and not first:
            return ["{{- with %s }}" % path, key + ":", "  {{- toYaml . | nindent %d }}" % (at + 2), "{{- end }}"]
        if path and isinstance(value, str):
            return ["%s: {{ %s | quote }}" % (key, path)]
        if path and not isinstance(value, (dict, list)):
            return ["%s: {{ default %s %s }}" % (key, json.dumps(value), path)]
        if isinstance(value, dict) and value:
            return [key_text + ":"] + indented(self.mapping(value, at + 2), 2)
        if isinstance(value, list) and value:
            return [key_text + ":"] + indented(self.items(value, at + 2), 2)
        return ["%s: %s" % (key_text, self.text(value))]

    def items(self, values, at):
        text = []
        for value in values:
            lines = self.mapping(value, at + 2, True) if isinstance(value, dict) else [self.text(value)]
            lines = ["- " + lines[0]] + indented(lines[1:], 2)
            named = self.lists.get(",".join(sorted(self.values.get("collectors", ["-"]))))
            resources = value.get("resources") if isinstance(value, dict) else None
            if named and isinstance(resources, list) and set(resources) <= set(self.values["collectors"]):
                lines = ['{{- if has "%s" %s }}' % (resources[0], named)] + lines + ["{{- end }}"]
            text += lines
        return text

    def text(self, value):
        if not isinstance(value, str):
            return json.dumps(value)
        for repository, path in self.images.items():
            if repository in value:
                return '{{ include "common.image" (dict "image" %s "version" .Chart.AppVersion) | quote }}' % path
        for joined, path in self.lists.items():
            head, _, tail = value.partition("=")
            if joined and ",".join(sorted(tail.split(","))) == joined:
                return '%s={{ %s | join "," }}' % (head, path)
        fullname = "prometheus-server" if self.name == "prometheus" else \
            self.name if self.name.startswith("prometheus-") and value.startswith(self.name) else "prometheus-" + self.name
        if value.startswith(fullname):
            return self.helper("fullname") + value[len(fullname):]
        return scalar(value)

    @staticmethod
    def alerting(text):
        """The part of prometheus.yml that our chart makes for its Alertmanager."""
        lines = re.match(r"alerting:\n( .*\n)*", text).group(0).rstrip("\n").splitlines()
        return "\n".join(indented(lines, 2)).replace("regex: default", "regex: {{ $.Release.Namespace }}")
