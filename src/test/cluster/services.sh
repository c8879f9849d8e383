# Sourced: the command line of each service. PUBLIC_IP is what the API server advertises; HOLD, when set, is
# a command that ends the service with the process that started it.
P=$STATE/pki
etcd_cmd() {
  exec ${HOLD-} "$BIN/etcd" --name default --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level error \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-cluster "default=http://127.0.0.1:$ETCD_PEER_PORT"
}
apiserver_cmd() {
  exec ${HOLD-} "$BIN/kube-apiserver" --etcd-servers "http://127.0.0.1:$ETCD_PORT" \
    --bind-address "$BIND_IP" --advertise-address "$PUBLIC_IP" --secure-port "$API_PORT" \
    --service-cluster-ip-range "$SERVICE_CIDR" --authorization-mode Node,RBAC --allow-privileged \
    --enable-admission-plugins NodeRestriction \
    --client-ca-file "$P/ca.crt" --tls-cert-file "$P/apiserver.crt" --tls-private-key-file "$P/apiserver.key" \
    --service-account-key-file "$P/sa.pub" --service-account-signing-key-file "$P/sa.key" \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --kubelet-client-certificate "$P/apiserver-kubelet-client.crt" \
    --kubelet-client-key "$P/apiserver-kubelet-client.key" --kubelet-preferred-address-types InternalIP \
    --requestheader-client-ca-file "$P/ca.crt" --requestheader-allowed-names front-proxy-client \
    --requestheader-extra-headers-prefix X-Remote-Extra- --requestheader-group-headers X-Remote-Group \
    --requestheader-username-headers X-Remote-User \
    --proxy-client-cert-file "$P/front-proxy-client.crt" --proxy-client-key-file "$P/front-proxy-client.key" \
    --audit-policy-file "$HERE/conf/audit.yaml" --audit-log-path "$STATE/log/audit.log"
}
# There is one node. After an outage of the API server it must not be taken for lost, with all its pods, because
# the controller manager heard of it later than it counted.
kcm_cmd() {
  exec ${HOLD-} "$BIN/kube-controller-manager" --kubeconfig "$STATE/kube-controller-manager.kubeconfig" \
    --bind-address 127.0.0.1 --secure-port "$KCM_PORT" --leader-elect=false --use-service-account-credentials \
    --cluster-name kubernetes --root-ca-file "$P/ca.crt" --service-account-private-key-file "$P/sa.key" \
    --cluster-signing-cert-file "$P/ca.crt" --cluster-signing-key-file "$P/ca.key" \
    --node-monitor-grace-period 10m --service-cluster-ip-range "$SERVICE_CIDR" --controllers '*,-nodeipam' --enable-hostpath-provisioner
}
scheduler_cmd() {
  exec "$BIN/kube-scheduler" --kubeconfig "$STATE/kube-scheduler.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false
}
proxy_cmd() { exec "$BIN/kube-proxy" --config "$STATE/kube-proxy.yaml"; }
kubelet_cmd() {
  exec "$BIN/kubelet" --kubeconfig "$STATE/kubelet.kubeconfig" --config "$STATE/kubelet.yaml" \
    --root-dir "$STATE/kubelet" --cert-dir "$STATE/kubelet/pki" --hostname-override "$NODE_NAME" --node-ip "$NODE_IP"
}
containerd_cmd() { exec containerd --config "$STATE/containerd.toml"; }

wait_ready() { # seconds, ids of processes without which it is in vain
  local end=$((SECONDS + $1)) pid
  shift
  until [ "$(curl -s --cacert "$P/ca.crt" --cert "$P/admin.crt" --key "$P/admin.key" \
    "https://127.0.0.1:$API_PORT/readyz" 2>/dev/null)" = ok ]; do
    [ $SECONDS -lt $end ] || return 1
    for pid in "$@"; do kill -0 "$pid" 2>/dev/null || return 1; done
    sleep 0.1
  done
}
