#!/usr/bin/env bash
# Decisions a second of each way to keep buckets in Redis, beside a real redis-server. Seconds for each figure: $1, or 3 (a minute in all).
set -euo pipefail
cd "$(dirname "$0")/.."

JAVA_HOME=$(src/main/launcher/find-jdk javac)
export JAVA_HOME
export MAVEN_OPTS="-Djansi.noreset=true --sun-misc-unsafe-memory-access=allow"
mvn -q -B -ntp -Dstyle.color=never test-compile
mvn -q -B -ntp -Dstyle.color=never dependency:build-classpath -Dmdep.outputFile=target/test.classpath -Dmdep.includeScope=test
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx1g \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "target/classes:target/test-classes:$(cat target/test.classpath)" \
  dev.penstock.proxy.limit.LimiterBench "${1:-3}"
