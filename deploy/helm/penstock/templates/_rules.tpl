{{/*
What the operator may do where it watches. It applies what it owns server-side (create, patch) and watches it to put
back what others change; delete is for what a spec no longer asks for. Each rule is there for one thing it does.
*/}}
{{- define "penstock.rules" -}}
# What users declare
- apiGroups: [penstock.dev]
  resources: [aigateways, aiservices]
  verbs: [list, watch]
- apiGroups: [penstock.dev]
  resources: [aigateways/status, aiservices/status]
  verbs: [patch]
# Owner references that block a deletion, where the cluster checks who may set them
- apiGroups: [penstock.dev]
  resources: [aigateways/finalizers, aiservices/finalizers]
  verbs: [update]
# Certificates, keys and passwords that gateways refer to; their own certificates and configuration
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, update, delete]
# The gateway's Service, the Services of backends
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# The proxies' account
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [list, watch, create, patch]
# Where proxies run, to push configuration to them
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# Where backends listen
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [list, watch, create, patch, delete]
# tls.issuerRef
- apiGroups: [cert-manager.io]
  resources: [certificates]
  verbs: [get, create, patch, delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}
