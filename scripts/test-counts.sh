#!/bin/sh
# test-counts.sh [FOLDER...]: sums the test reports in the folders (target/surefire-reports). Prints Surefire's totals,
# then "N passed, M failed, K skipped". Exit 1 when a test failed or none ran.
cd "$(dirname "$0")/.." || exit 1

[ $# -gt 0 ] || set -- target/surefire-reports
find "$@" -name 'TEST-*.xml' -exec cat {} + 2>/dev/null | awk '
  function number(name) {
    return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0
  }
  function text(name) {
    return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
  }
  BEGIN { RS = ">" } # the attributes of <testsuite> may stand on several lines
  /<testsuite[ \n]/ {
    gsub(/\n/, " ")
    tests += number("tests"); errors += number("errors"); failures += number("failures"); skipped += number("skipped")
  }
  /<testcase[ \n]/ { test = text("classname") "." text("name") }
  /<(flakyFailure|flakyError)[ \n]/ { printf "passed only when run again: %s\n", test }
  END {
    failed = errors + failures
    printf "Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", tests, failures, errors, skipped
    printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped
    exit failed > 0 || tests - skipped <= 0
  }'
