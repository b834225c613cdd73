# For the other scripts: finds a JDK 25, builds what is not built, runs the program. Sourced, not run.

CHARGEPROOF_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CHARGEPROOF_HOME

# Prints the home of a JDK 25: JAVA_HOME, the java on the path, or where systems and tools install JDKs.
find_jdk() {
  local candidate on_path=""
  on_path=$(command -v java 2>/dev/null) && on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/*jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [[ -x "$candidate/bin/javac" ]] && "$candidate/bin/javac" -version 2>&1 | grep -q '^javac 25'; then
      echo "$candidate"
      return
    fi
  done
  echo "There is no JDK 25: not in JAVA_HOME, on the PATH, or where JDKs are usually installed. Install one (e.g. Temurin 25), or set JAVA_HOME." >&2
  return 1
}

# Builds the program when something is newer than it is.
build_if_needed() {
  local jar="$CHARGEPROOF_HOME/oracle/cli/target/chargeproof-cli-0.1.0.jar"
  local tool
  for tool in mvn node npm; do
    command -v "$tool" >/dev/null || { echo "'$tool' is not on the PATH. chargeproof is built with Maven, and Node 20 with npm." >&2; return 1; }
  done
  if [[ ! -f "$jar" || ! -d "$CHARGEPROOF_HOME/contracts/node_modules" ]] || [[ -n $(find "$CHARGEPROOF_HOME"/pom.xml \
    "$CHARGEPROOF_HOME"/contracts/{pom.xml,src,build,package-lock.json} "$CHARGEPROOF_HOME"/oracle/*/{pom.xml,src/main} \
    "$CHARGEPROOF_HOME"/plugin/{pom.xml,src/main,besu-plugin-api/src} -newer "$jar" -print -quit) ]]; then
    echo "building (the first time, this fetches libraries) ..." >&2
    mkdir -p "$CHARGEPROOF_HOME/target"
    local log="$CHARGEPROOF_HOME/target/build.log"
    if ! (cd "$CHARGEPROOF_HOME" && mvn -q -DskipTests -Dmaven.test.skip=true package >"$log" 2>&1); then
      tail -40 "$log" >&2
      echo "The build failed; all that it said is in $log" >&2
      return 1
    fi
    rm -f "$log"
  fi
}

# Runs the program with the arguments given.
run_chargeproof() {
  local jdk target="$CHARGEPROOF_HOME/oracle/cli/target"
  jdk=$(find_jdk) || return 1
  build_if_needed || return 1
  exec "$jdk/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
    -cp "$target/chargeproof-cli-0.1.0.jar:$target/lib/*" org.chargeproof.cli.Main "$@"
}

# Builds the benchmark, and what it measures, when something is newer than it is; runs it with the arguments given.
run_benchmark() {
  local jdk target="$CHARGEPROOF_HOME/oracle/benchmark/target"
  local jar="$target/chargeproof-benchmark-0.1.0.jar"
  jdk=$(find_jdk) || return 1
  command -v mvn >/dev/null || { echo "'mvn' is not on the PATH. chargeproof is built with Maven." >&2; return 1; }
  if [[ ! -f "$jar" ]] || [[ -n $(find "$CHARGEPROOF_HOME"/pom.xml "$CHARGEPROOF_HOME"/oracle/{planner,benchmark}/{pom.xml,src/main} \
    -newer "$jar" -print -quit) ]]; then
    echo "building (the first time, this fetches libraries) ..." >&2
    (cd "$CHARGEPROOF_HOME" && mvn -q -pl oracle/benchmark -am -Dmaven.test.skip=true package >&2) || return 1
  fi
  exec "$jdk/bin/java" -XX:+UseSerialGC -cp "$jar:$target/lib/*" org.chargeproof.benchmark.Main "$@"
}
