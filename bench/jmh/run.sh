#!/bin/bash
# JMH benchmarks of the limiter, the router and the code for heads: bench/jmh/run.sh [arguments of JMH]
# Needs `make build` and a JDK 25 (JAVA_HOME). Without arguments writes bench/results/jmh.txt. Nothing else may run meanwhile.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/target/jmh
product=${PENSTOCK_CLASSES:-$root/target/dist/penstock.jar:$root/target/dist/lib/*}

mkdir -p "$work"
[ -n "$(find "$work/lib" -name 'jmh-core-*.jar' 2>/dev/null)" ] ||
  mvn -B -ntp -q -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$work/lib"
rm -rf "$work/classes"
"$JAVA_HOME/bin/javac" -nowarn -proc:full -d "$work/classes" -cp "$product:$work/lib/*" -processor org.openjdk.jmh.generators.BenchmarkProcessor \
  "$here"/src/dev/penstock/bench/*.java

run() {
  "$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow -cp "$work/classes:$product:$work/lib/*" org.openjdk.jmh.Main \
    -bm avgt -tu ns -foe true \
    -jvmArgs "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx256m --enable-native-access=ALL-UNNAMED \
--sun-misc-unsafe-memory-access=allow -Dio.netty.leakDetection.level=disabled" "$@"
}

if [ $# -gt 0 ]; then
  run "$@"
  exit
fi
run -f 2 -wi 5 -w 1s -i 5 -r 1s -rff "$work/jmh.txt"
results=$root/bench/results/jmh.txt
{
  (cd "$here/.." && python3 -c 'import machine
f = machine.facts()
print("commit " + machine.commit())
print("{cpu}, {cores} cores, {memory_gib} GiB, Linux {kernel}".format(**f))')
  "$JAVA_HOME/bin/java" -version 2>&1 | sed -n 2p
  echo
  cat "$work/jmh.txt"
} > "$results"
echo "written: bench/results/jmh.txt"
