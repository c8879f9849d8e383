#!/bin/sh
# Puts what the build made together as it is shipped:
#   target/dist/{penstock.jar, lib/, bin/, penstock.aot}, and bin/penstock as a link into it.
set -eu
cd "$(dirname "$0")/.."

rm -rf target/dist
mkdir -p target/dist/bin bin
# -p: the AOT cache remembers when each jar was written.
cp -p target/penstock.jar target/dist/
cp -Rp target/lib target/dist/lib
cp -p src/main/launcher/* target/dist/bin/
scripts/aot-train.sh
ln -sfn ../target/dist/bin/penstock bin/penstock
