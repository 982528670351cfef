{{- define "shared.name" -}}
{{ .Values.nameOverride | default .Chart.Name }}
{{- end -}}
