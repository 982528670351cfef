{{- define "demo.x" }}{{ end -}}
