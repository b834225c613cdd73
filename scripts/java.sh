# Finds a Java 25. Sourced by the scripts of a checkout and by the program of a release; needs bash and readlink alone.

# Prints the home of a Java 25 that has a tool: JAVA_HOME, the java on the path, or where systems and tools install it.
#   $1: java to run the program, javac to build it
find_java() {
  local tool=$1 candidate on_path="" what="Java 25"
  [[ "$tool" == javac ]] && what="JDK 25"
  on_path=$(command -v java 2>/dev/null) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}
  for candidate in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/*jdk* /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [[ -n "$candidate" && -x "$candidate/bin/$tool" ]] && is_25 "$candidate/bin/$tool"; then
      echo "$candidate"
      return
    fi
  done
  echo "There is no $what: not in JAVA_HOME, on the PATH, or where it is usually installed. Install one (e.g. Temurin 25), or set JAVA_HOME." >&2
  return 1
}

# Whether a java or javac is of version 25.
is_25() {
  local said
  said=$("$1" -version 2>&1) || return 1
  # a line that begins so: javac 25.0.1, openjdk version "25"
  [[ $'\n'$said =~ $'\n'(javac|java|openjdk)' '(version )?'"'?25([^0-9]|$) ]]
}
