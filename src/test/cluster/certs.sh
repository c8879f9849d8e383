#!/usr/bin/env bash
# certs.sh: one authority, a certificate of each component and its kubeconfig, in $STATE.
set -eu
. "$(dirname "$0")/common.sh"
mkdir -p "$STATE/pki"
cd "$STATE/pki"

key_of() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" 2>/dev/null; }
cert() { # name, subject, subjectAltName
  # An RSA key for the one that Java reads: its client takes EC keys only with one more library.
  if [ "$1" = admin ]; then openssl genrsa -out "$1.key" 2048 2>/dev/null; else key_of "$1"; fi
  {
    echo "basicConstraints=CA:FALSE"
    echo "extendedKeyUsage=serverAuth,clientAuth"
    [ -z "${3-}" ] || echo "subjectAltName=$3"
  } >"$1.ext"
  openssl req -new -key "$1.key" -subj "$2" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -extfile "$1.ext" -out "$1.crt" 2>/dev/null
}
kubeconfig() { # name
  cat >"$STATE/$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
current-context: default
contexts: [{name: default, context: {cluster: default, user: default}}]
clusters: [{name: default, cluster: {server: "https://127.0.0.1:$API_PORT", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: default, user: {client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key")}}]
EOF
}

key_of ca
openssl req -x509 -new -key ca.key -subj /CN=test-ca -days 3650 -out ca.crt \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
openssl genrsa -out sa.key 2048 2>/dev/null
openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
names=DNS:localhost,IP:127.0.0.1,IP:$NODE_IP,IP:${SERVICE_CIDR%.*.*}.0.1
for name in kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local; do names=$names,DNS:$name; done
cert apiserver /CN=kube-apiserver "$names"
cert admin /O=system:masters/CN=admin
cert kube-controller-manager /CN=system:kube-controller-manager
cert front-proxy-client /CN=front-proxy-client
cert apiserver-kubelet-client /O=system:masters/CN=apiserver-kubelet-client
kubeconfig admin
kubeconfig kube-controller-manager
[ "${1-}" = full ] || exit 0
cert kube-scheduler /CN=system:kube-scheduler
cert kube-proxy /CN=system:kube-proxy
cert kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
for name in kube-scheduler kube-proxy kubelet; do kubeconfig $name; done
