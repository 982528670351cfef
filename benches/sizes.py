"""Charts, values and manifests of any size, for the benchmark: each function writes what it makes into a folder."""
import os

import large
from comparable import write

GO, JINJA = "go", "jinja"
MAP_GO = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-%s\ndata:\n  {{- toYaml .Values.%s | nindent 2 }}\n"
MAP_JINJA = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ Release.Name }}-%s\ndata: {{ Values.%s }}\n"
LOOP_GO = """\
{{- range $i := until (int .Values.count) }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Release.Name }}-{{ $i }}
  labels:
    {{- toYaml $.Values.labels | nindent 4 }}
data:
  key: {{ printf "value %d" $i | quote }}
{{- end }}
"""
LOOP_JINJA = """\
{% for i in range(Values.count) %}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ Release.Name }}-{{ i }}
  labels: {{ Values.labels }}
data:
  key: value {{ i }}
{% endfor %}
"""


def chart(folder, language, values, templates, name="sized"):
    """A chart in a language."""
    engine = "engine: jinja\n" if language == JINJA else ""
    write(os.path.join(folder, "Chart.yaml"), "apiVersion: v2\nname: %s\nversion: 1.0.0\n%s" % (name, engine))
    write(os.path.join(folder, "values.yaml"), values)
    for file, text in templates.items():
        write(os.path.join(folder, "templates", file), text)
    return folder


def values(folder, megabytes):
    """A values file of so many MB, and a chart in both languages that writes a part of it."""
    service = "  service%d:\n    image: registry.example.com/team/service:v1.%d\n    replicas: %d\n    env: {LEVEL: info, REGION: eu-%d}\n    hosts: [a.example.com, b.example.com]\n"
    text, count, length = ["data:\n"], 0, 0
    while length < megabytes * 1000000:
        text.append(service % (count, count, count % 7, count % 3))
        length += len(text[-1])
        count += 1
    write(os.path.join(folder, "large.yaml"), "".join(text) + "used: {a: b}\n")
    for language, template in ((GO, MAP_GO), (JINJA, MAP_JINJA)):
        chart(os.path.join(folder, language), language, "used: {}\n", {"map.yaml": template % ("used", "used")})
    return os.path.join(folder, "large.yaml")


def subcharts(folder, count):
    """A chart with so many subcharts, in both languages."""
    for language, template in ((GO, MAP_GO), (JINJA, MAP_JINJA)):
        root = chart(os.path.join(folder, language), language, "global: {team: a}\nown: {a: b}\n", {"map.yaml": template % ("root", "own")})
        for i in range(count):
            own = "own: {key%d: value}\nimage: {repository: example.com/x, tag: v%d}\nresources: {}\n" % (i, i)
            chart(os.path.join(root, "charts", "sub%d" % i), language, own, {"map.yaml": template % ("sub%d" % i, "own")}, "sub%d" % i)


def objects(folder, count):
    """A chart that writes so many objects, in both languages."""
    for language, template in ((GO, LOOP_GO), (JINJA, LOOP_JINJA)):
        chart(os.path.join(folder, language), language, "count: %d\nlabels: {app: web, team: a}\n" % count, {"all.yaml": template})


def sides(folder, count):
    """A chart of so many objects of all kinds, and what an older version of it rendered; the size of one side in bytes."""
    return large.make(folder, count)
