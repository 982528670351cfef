{{- define "demo.image" -}}
{{ .image.tga }}:{{ .context.Values.labls }}
{{- end -}}
