{{- define "demo.image" -}}
{{ .image.tag }}:{{ .context.Values.labels }}
{{- end -}}
