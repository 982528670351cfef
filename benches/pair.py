"""One chart in both template languages, for the benchmark, and a values file for it: make(folder)."""
import os

from comparable import write

# About the size of the Prometheus chart: 80 templates, 23 objects made by default, 1,000 lines of values.
TEMPLATES, COMPONENTS = 80, 23

COMPONENT = """\
component{i}:
  enabled: {enabled}
  replicas: {i}
  image:
    repository: registry.example.com/component{i}
    tag: v1.{i}.0
  labels:
    team: team{i}
    tier: backend
  resources:
    requests:
      cpu: 100m
      memory: 128Mi
    limits:
      memory: 256Mi
  env:
    LOG_LEVEL: info
    REGION: eu-{i}
  ports:
  - name: http
    containerPort: 80{i:02}
  - name: metrics
    containerPort: 90{i:02}
"""

JINJA = """\
{{% set component = Values.component{i} %}}
{{% if component.enabled %}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ helpers.fullname }}}}-component{i}
  labels: {{{{ helpers.labels | merge(component.labels) }}}}
spec:
  replicas: {{{{ component.replicas }}}}
  selector:
    matchLabels: {{{{ helpers.selector_labels }}}}
  template:
    metadata:
      labels: {{{{ helpers.labels | merge(component.labels) }}}}
    spec:
      containers:
        - name: main
          image: {{{{ component.image.repository }}}}:{{{{ component.image.tag }}}}
          env:
            {{% for name, value in component.env | items %}}
            - name: {{{{ name }}}}
              value: {{{{ value }}}}
            {{% endfor %}}
          ports: {{{{ component.ports }}}}
          resources: {{{{ component.resources or omit }}}}
{{% endif %}}
"""

GO = """\
{{{{- $component := .Values.component{i} }}}}
{{{{- if $component.enabled }}}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ include "pair.fullname" . }}}}-component{i}
  labels:
    {{{{- include "pair.labels" . | nindent 4 }}}}
    {{{{- toYaml $component.labels | nindent 4 }}}}
spec:
  replicas: {{{{ $component.replicas }}}}
  selector:
    matchLabels:
      {{{{- include "pair.selector" . | nindent 6 }}}}
  template:
    metadata:
      labels:
        {{{{- include "pair.labels" . | nindent 8 }}}}
        {{{{- toYaml $component.labels | nindent 8 }}}}
    spec:
      containers:
        - name: main
          image: "{{{{ $component.image.repository }}}}:{{{{ $component.image.tag }}}}"
          env:
            {{{{- range $name, $value := $component.env }}}}
            - name: {{{{ $name }}}}
              value: {{{{ $value | quote }}}}
            {{{{- end }}}}
          ports:
            {{{{- toYaml $component.ports | nindent 12 }}}}
          {{{{- with $component.resources }}}}
          resources:
            {{{{- toYaml . | nindent 12 }}}}
          {{{{- end }}}}
{{{{- end }}}}
"""

JINJA_HELPERS = """\
{% set fullname = Release.Name ~ "-" ~ Chart.Name %}
{% set selector_labels %}
app.kubernetes.io/name: {{ Chart.Name }}
app.kubernetes.io/instance: {{ Release.Name }}
{% endset %}
{% set labels %}
<<: {{ selector_labels }}
helm.sh/chart: {{ Chart.Name }}-{{ Chart.Version }}
{% endset %}
"""

GO_HELPERS = """\
{{- define "pair.fullname" -}}{{ .Release.Name }}-{{ .Chart.Name }}{{- end }}
{{- define "pair.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "pair.labels" -}}
{{ include "pair.selector" . }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
"""


def make(folder):
    """The same chart in both languages."""
    values = "".join(COMPONENT.format(i=i, enabled="true" if i < COMPONENTS else "false") for i in range(TEMPLATES))
    for language, template, helpers, name in (("jinja", JINJA, JINJA_HELPERS, "_helpers.yaml"), ("go", GO, GO_HELPERS, "_helpers.tpl")):
        chart = os.path.join(folder, language)
        engine = "engine: jinja\n" if language == "jinja" else ""
        write(os.path.join(chart, "Chart.yaml"), "apiVersion: v2\nname: pair\nversion: 1.0.0\n" + engine)
        write(os.path.join(chart, "values.yaml"), values)
        write(os.path.join(chart, "templates", name), helpers)
        for i in range(TEMPLATES):
            write(os.path.join(chart, "templates", "component%d.yaml" % i), template.format(i=i))
    write(os.path.join(folder, "values-prod.yaml"), "component1: {replicas: 5}\n")
