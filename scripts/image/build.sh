#!/bin/sh
# Builds the Dockerfile with the first of docker, podman and buildah that works here.
# usage: scripts/image/build.sh NAME:TAG   (after `make build`)
set -eu
cd "$(dirname "$0")/../.."
name=$1

if docker info >/dev/null 2>&1; then
  exec docker build --tag "$name" .
elif podman info >/dev/null 2>&1; then
  exec podman build --tag "$name" .
elif buildah info >/dev/null 2>&1; then
  exec buildah build --tag "$name" .
fi
echo "no docker, podman or buildah that works here: use \`make image-archive\`, which needs none" >&2
exit 1
