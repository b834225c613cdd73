# For the other scripts: builds what is not built, runs the program. Sourced, not run.

CHARGEPROOF_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CHARGEPROOF_HOME

source "$CHARGEPROOF_HOME/scripts/java.sh"

# Prints what these sources are, without building anything.
print_version() {
  local version commit
  version=$(sed -n 's|^  <version>\(.*\)</version>$|\1|p' "$CHARGEPROOF_HOME/pom.xml")
  echo "chargeproof $version"
  if commit=$(git -C "$CHARGEPROOF_HOME" rev-parse HEAD 2>/dev/null); then
    [[ -z $(git -C "$CHARGEPROOF_HOME" status --porcelain 2>/dev/null) ]] || commit+=", with changes"
    echo "commit $commit"
  fi
}

# Builds the program when something is newer than it is.
build_if_needed() {
  local jar="$CHARGEPROOF_HOME/oracle/cli/target/chargeproof-cli-0.1.0.jar"
  local tool
  if [[ ! -f "$jar" || ! -d "$CHARGEPROOF_HOME/contracts/node_modules" ]] || [[ -n $(find "$CHARGEPROOF_HOME"/pom.xml \
    "$CHARGEPROOF_HOME"/contracts/{pom.xml,src,build,package-lock.json} "$CHARGEPROOF_HOME"/oracle/*/{pom.xml,src/main} \
    "$CHARGEPROOF_HOME"/plugin/{pom.xml,src/main,besu-plugin-api/src} -newer "$jar" -print -quit) ]]; then
    for tool in mvn node npm; do
      command -v "$tool" >/dev/null || { echo "'$tool' is not on the PATH. chargeproof is built with Maven, and Node 20 with npm." >&2; return 1; }
    done
    echo "building (the first time, this fetches libraries) ..." >&2
    mkdir -p "$CHARGEPROOF_HOME/target"
    local log="$CHARGEPROOF_HOME/target/build.log"
    if ! (cd "$CHARGEPROOF_HOME" && mvn -q -DskipTests -Dmaven.test.skip=true -Dassembly.skipAssembly=true package >"$log" 2>&1); then
      tail -40 "$log" >&2
      echo "The build failed; all that it said is in $log" >&2
      return 1
    fi
    rm -f "$log"
    # Maven leaves it as it is when what is newer is in another part
    touch "$jar"
  fi
}

# Runs the program with the arguments given.
run_chargeproof() {
  local jdk target="$CHARGEPROOF_HOME/oracle/cli/target"
  jdk=$(find_java javac) || return 1
  build_if_needed || return 1
  exec "$jdk/bin/java" -XX:+UseSerialGC ${java_options[@]+"${java_options[@]}"} --enable-native-access=ALL-UNNAMED \
    -cp "$target/chargeproof-cli-0.1.0.jar:$target/lib/*" org.chargeproof.cli.Main "$@"
}

# Builds the benchmark, and what it measures, when something is newer than it is; runs it with the arguments given.
run_benchmark() {
  local jdk target="$CHARGEPROOF_HOME/oracle/benchmark/target"
  local jar="$target/chargeproof-benchmark-0.1.0.jar"
  jdk=$(find_java javac) || return 1
  if [[ ! -f "$jar" ]] || [[ -n $(find "$CHARGEPROOF_HOME"/pom.xml "$CHARGEPROOF_HOME"/oracle/{planner,benchmark}/{pom.xml,src/main} \
    -newer "$jar" -print -quit) ]]; then
    command -v mvn >/dev/null || { echo "'mvn' is not on the PATH. chargeproof is built with Maven." >&2; return 1; }
    echo "building (the first time, this fetches libraries) ..." >&2
    (cd "$CHARGEPROOF_HOME" && mvn -q -pl oracle/benchmark -am -Dmaven.test.skip=true package >&2) || return 1
  fi
  exec "$jdk/bin/java" -XX:+UseSerialGC -cp "$jar:$target/lib/*" org.chargeproof.benchmark.Main "$@"
}
