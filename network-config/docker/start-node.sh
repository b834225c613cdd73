#!/bin/bash
# Starts the node named by NODE in a container: /project is this project or a release, read-only; /data is the node's own.
set -euo pipefail

files=/project/network-config/$NODE
plugins=/project/plugins
[[ -d "$plugins" ]] || plugins=/project/plugin/target/besu-plugins

mkdir -p /data/besu
[[ -e /data/permissions.toml ]] || cp "$files/permissions.toml" /data/permissions.toml
install -m 600 "$files/key" /data/key
chown -R besu:besu /data

options=(
  "--config-file=$files/config.toml"
  --genesis-file=/project/genesis.json
  --data-path=/data/besu
  --node-private-key-file=/data/key
  "--static-nodes-file=$files/static-nodes.json"
  --permissions-nodes-config-file=/data/permissions.toml
  --rpc-http-host=0.0.0.0
  --rpc-ws-host=0.0.0.0
  --metrics-host=0.0.0.0
  --color-enabled=false
)

# Prints a list of the configuration without the plugin's name, which Besu refuses when the plugin is not there.
without_plugin() {
  sed -n "s/^$1=\[\(.*\)\]$/\1/p" "$files/config.toml" | tr -d '"' | sed 's/,CHARGE//'
}

if compgen -G "$plugins/*.jar" >/dev/null; then
  export BESU_OPTS="$BESU_OPTS -Dbesu.plugins.dir=$plugins"
  if [[ -n "${CHARGEPROOF_CONTRACT:-}" ]]; then
    options+=("--plugin-charge-contract=$CHARGEPROOF_CONTRACT")
  fi
else
  options+=(
    "--rpc-http-api=$(without_plugin rpc-http-api)"
    "--rpc-ws-api=$(without_plugin rpc-ws-api)"
    "--metrics-category=$(without_plugin metrics-category)"
  )
fi

export HOME=/data
exec setpriv --reuid=besu --regid=besu --init-groups /opt/besu/bin/besu "${options[@]}"
