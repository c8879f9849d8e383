{{/* AIGateway.spec.limiter: the bundled Redis, your own, or none. */}}
{{- define "penstock.limiter" -}}
{{- $redis := .Values.redis }}
{{- if and $redis.enabled $redis.addresses }}
{{- fail "redis.addresses are of a Redis of your own: set redis.enabled to false" }}
{{- end }}
{{- if and $redis.enabled (or (ne $redis.mode "Standalone") $redis.masterName $redis.tls.enabled) }}
{{- fail "redis.mode, redis.masterName and redis.tls are of a Redis of your own: set redis.enabled to false" }}
{{- end }}
{{- if or $redis.enabled $redis.addresses }}
redis:
  mode: {{ $redis.mode }}
  {{- if $redis.enabled }}
  addresses:
    - {{ printf "%s.%s.svc:6379" (include "penstock.redis" .) .Release.Namespace }}
  credentialsRef:
    name: {{ include "penstock.redisSecret" . }}
  {{- else }}
  addresses:
    {{- toYaml $redis.addresses | nindent 4 }}
  {{- with $redis.existingSecret }}
  credentialsRef:
    name: {{ . }}
  {{- end }}
  {{- end }}
  {{- with $redis.masterName }}
  masterName: {{ . }}
  {{- end }}
  {{- with $redis.database }}
  database: {{ . }}
  {{- end }}
  {{- if $redis.tls.enabled }}
  tls:
    {{- if $redis.tls.caSecret }}
    caRef:
      name: {{ $redis.tls.caSecret }}
    {{- else }} {}
    {{- end }}
  {{- end }}
  {{- with $redis.keyPrefix }}
  keyPrefix: {{ . | quote }}
  {{- end }}
  {{- with $redis.timeout }}
  timeout: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.limiter.failurePolicy }}
failurePolicy: {{ . }}
{{- end }}
{{- end }}
