#!/usr/bin/env bash
# Lays out and launches one node of OpenSearch, from its jars. Sourced by scripts/elasticsearch.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: settings, java_home, as_server.

# Lays out the node's own folder $2.
prepare_opensearch() {
  local folder=$2
  {
    cat <<END
node.portsfile: true
network.host: 127.0.0.1
transport.port: $transport_ports
discovery.type: single-node
cluster.routing.allocation.disk.threshold_enabled: false
path.repo: ["$folder/snapshots"]
END
    if ((${#settings[@]} > 0)); then printf '%s\n' "${settings[@]}"; fi
  } >"$folder/config/opensearch.yml"
}

# Starts the server in the background; returns when it listens, or 1 when it has ended instead.
launch_opensearch() {
  local name=$1 folder=$2
  run_opensearch "$name" "$folder" &
  while kill -0 $! 2>/dev/null; do
    [[ ! -s $folder/logs/http.ports ]] || return 0
    sleep 0.2
  done
  return 1
}

run_opensearch() {
  local name=$1 folder=$2
  cd "$folder" || return
  umask 022
  exec setsid "${as_server[@]}" env HOME="$folder/temp" "$java_home/bin/java" \
    "-Xms$heap" "-Xmx$heap" "-Djava.io.tmpdir=$folder/temp" "$(mark_of "$name")" \
    -cp "$(server_home)/classes:$(server_home)/lib/*" cartwright.OpenSearchNode "$(http_ports_of "$folder")" \
    -basePath "$folder/temp" -confPath "$folder/config" -dataPath "$folder/data" \
    -logsPath "$folder/logs" -numOfNode 1 -clusterName "cartwright-$name"
}
