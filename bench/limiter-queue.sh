#!/usr/bin/env bash
# Requests a second at a backend for one request at a time, of one proxy and of eight with as many clients, beside a
# real redis-server: three rounds, under three minutes. Needs a machine that does nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

JAVA_HOME=$(src/main/launcher/find-jdk javac)
export JAVA_HOME
export MAVEN_OPTS="-Djansi.noreset=true --sun-misc-unsafe-memory-access=allow"
mvn -q -B -ntp -Dstyle.color=never test-compile
mvn -q -B -ntp -Dstyle.color=never dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m \
  -cp "target/classes:target/test-classes:$(cat target/test.classpath)" dev.penstock.proxy.queue.QueueFleetTest
