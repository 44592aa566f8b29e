#!/bin/sh
# Starts a real etcd, three instances of the user service and the gateway, sends traffic,
# adds, stops and kills instances, and says what happened. Needs a JDK >= 17 and Maven >= 3.8.
#
#   ./demo.sh           runs the demo and ends everything it has started
#   ./demo.sh --keep    leaves everything running; ./demo.sh --stop ends it
#   ./demo.sh --interop shows services and clients in Go too; needs Go >= 1.26 on the PATH (or GO_BIN, its folder)
#   DEMO_PORT=9000      lets the gateway listen at another port than 8889
set -eu
cd "$(dirname "$0")"

fail() {
  echo "demo: FAILED $*"
  exit 1
}

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
version=$("$java" -version 2>&1) || fail "no java: install a JDK >= 17 or set JAVA_HOME"
major=$(echo "$version" | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
[ "${major:-0}" -ge 17 ] || fail "a JDK >= 17 is needed, this is: $(echo "$version" | head -n 1)"
# Newer JDKs warn about what Netty and protobuf do.
quiet=""
[ "$major" -lt 24 ] || quiet="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

case " $* " in
  *" --interop "*)
    PATH="${GO_BIN:-$PATH}" command -v go >/dev/null ||
      fail "--interop needs Go >= 1.26 on the PATH (https://go.dev/dl), or in the folder GO_BIN"
    ;;
esac

if [ "${1:-}" != "--stop" ]; then
  command -v mvn >/dev/null || fail "no mvn: install Maven >= 3.8"
  echo "== Building (the first time Maven fetches what it needs, which takes some minutes)"
  mkdir -p .demo
  # No tests and no style gates: those are mvn verify's.
  mvn -B -P '!gates' -Dmaven.test.skip=true -Dcheckstyle.skip=true -Dspring-javaformat.skip=true \
    -pl samples/demo -am package >.demo/build.log 2>&1 ||
    fail "the build failed, see .demo/build.log: $(grep ERROR .demo/build.log | head -n 5)"
fi

# It ends its own children when it ends, also by Ctrl-C.
# shellcheck disable=SC2086
exec "$java" $quiet -jar samples/demo/target/sample-demo-*.jar "$@"
