#!/bin/sh
# Lays out what an image holds under ROOT: /opt/java, a Java runtime of the modules that Penstock needs, and
# /opt/penstock, the build with its native libraries and an AOT cache that this very runtime made.
# usage: scripts/image/runtime.sh ROOT   (after `make build`; JAVA_HOME: a JDK with jlink)
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1/opt"
root=$(cd "$1" && pwd)
java=$root/opt/java
home=$root/opt/penstock

# Of what jdeps names, all but java.desktop (commons-lang3's and Micrometer's listeners for beans and threads) and
# java.compiler (annotation processors): code that never runs here.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.sql
modules=$modules,jdk.httpserver,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

rm -rf "$java" "$home"
"$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-java-debug-attributes --no-man-pages --no-header-files \
  --output "$java"
# Symbols for debuggers of the JVM itself, where a JDK brings them; and the second of two equal archives.
find "$java" -name '*.debuginfo' -delete
rm -f "$java/lib/server/classes_nocoops.jsa" "$java/lib/server/classes_nocoops_coh.jsa"

mkdir -p "$home"
cp -Rp target/dist/bin target/dist/lib target/dist/penstock.jar "$home/"

# Netty would unpack its native libraries into /tmp at each start; from here they load where nothing can be written.
mkdir -p "$home/native"
for jar in "$home"/lib/netty-*linux-x86_64.jar; do
  (cd "$home/native" && "$JAVA_HOME/bin/jar" -xf "$jar" META-INF/native)
done
mv "$home"/native/META-INF/native/*.so "$home/native/"
rm -rf "$home/native/META-INF"

# One time for all: the AOT cache remembers that of each jar, and layers keep whole seconds.
find "$root/opt" -exec touch -h -d 2026-01-01T00:00:00Z {} +
JAVA_HOME=$java DIST=$home scripts/aot-train.sh
[ -s "$home/penstock.aot" ] && touch -d 2026-01-01T00:00:00Z "$home/penstock.aot" "$home"
