#!/usr/bin/env bash
# load-image.sh IMAGE.tar...: gives images to the running node (those of images.sh it gets at its start).
set -eu
. "$(dirname "$0")/common.sh"
for image in "$@"; do ctr -a "$STATE/containerd.sock" -n k8s.io images import "$image"; done
