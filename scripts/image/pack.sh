#!/bin/sh
# Packs a root file system into a docker-archive with one layer.
# usage: scripts/image/pack.sh ROOT OUT.tar NAME:TAG
set -eu
root=$1
out=$2
name=$3
work=$(mktemp -d "$(dirname "$out")/pack.XXXXXX")
trap 'rm -rf "$work"' EXIT

# The same files give the same image: sorted, with fixed owners; only the state folder is the user's.
tar -C "$root" --sort=name --numeric-owner --owner=0 --group=0 --mtime=2026-01-01T00:00:00Z --format=posix \
  --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
  --exclude=./var/lib/penstock -cf "$work/layer.tar" .
tar -C "$root" --numeric-owner --owner=65532 --group=65532 --mtime=2026-01-01T00:00:00Z --format=posix \
  --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -rf "$work/layer.tar" ./var/lib/penstock

layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
mv "$work/layer.tar" "$work/$layer.tar"
cat >"$work/config.json" <<JSON
{"architecture":"amd64","os":"linux","created":"2026-01-01T00:00:00Z",
"config":{"User":"65532:65532","WorkingDir":"/var/lib/penstock","Entrypoint":["/opt/penstock/bin/penstock"],
"Env":["PATH=/opt/penstock/bin:/opt/java/bin:/usr/bin:/bin","JAVA_HOME=/opt/java","XDG_STATE_HOME=/var/lib"],
"ExposedPorts":{"8081/tcp":{},"8443/tcp":{},"9901/tcp":{}},
"Labels":{"org.opencontainers.image.title":"penstock","org.opencontainers.image.licenses":"Apache-2.0"}},
"rootfs":{"type":"layers","diff_ids":["sha256:$layer"]}}
JSON
config=$(sha256sum "$work/config.json" | cut -d' ' -f1)
mv "$work/config.json" "$work/$config.json"
printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s.tar"]}]' "$config" "$name" "$layer" >"$work/manifest.json"
tar -C "$work" --numeric-owner --owner=0 --group=0 --mtime=2026-01-01T00:00:00Z \
  -cf "$out" manifest.json "$config.json" "$layer.tar"
