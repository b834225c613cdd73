#!/bin/sh
# Writes the commit that is built into a file, with -dirty when files differ from it; nothing where these sources are in no git repository.
#   $1: the project's folder, $2: the file
set -eu
commit=""
if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$(cd "$1" && pwd -P)" ]; then
  # not the name of a tag
  commit=$(git -C "$1" describe --always --dirty --abbrev=40 --exclude='*')
fi
# what has not changed is not packed again
if [ ! -e "$2" ] || [ "$(cat "$2")" != "$commit" ]; then
  mkdir -p "$(dirname "$2")"
  echo "$commit" >"$2"
fi
