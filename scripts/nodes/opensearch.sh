#!/usr/bin/env bash
# Lays out and launches one node of OpenSearch, by the runner that comes with its jars.
# Sourced by scripts/elasticsearch.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: settings, java_home, as_server.

# The runner takes the first port after this one that answers nobody, and none above 9299.
readonly runner_base_port=9200
# Another start may bind that port first.
readonly runner_attempts=3

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

# Starts the runner, which stays the server's process, and returns when it listens.
launch_opensearch() {
  local name=$1 folder=$2 attempt port
  for ((attempt = 0; attempt < runner_attempts; ++attempt)); do
    port=$(sed -n 's/.*://p' "$folder/last_url" 2>/dev/null) || true
    run_opensearch "$name" "$folder" "$((${port:-$((runner_base_port + 1))} - 1))" &
    while kill -0 $! 2>/dev/null; do
      [[ ! -s $folder/logs/http.ports ]] || return 0
      sleep 0.2
    done
    grep -qs 'BindHttpException' "$folder"/logs/*.log "$folder/start.log" || return 1
    rm -f "$folder/last_url"
  done
  return 1
}

run_opensearch() {
  local name=$1 folder=$2 base_port=$3
  cd "$folder" || return
  umask 022
  exec setsid "${as_server[@]}" env HOME="$folder/temp" "$java_home/bin/java" \
    "-Xms$heap" "-Xmx$heap" "-Djava.io.tmpdir=$folder/temp" "$(mark_of "$name")" \
    -cp "$(server_home)/lib/*" org.codelibs.opensearch.runner.OpenSearchRunner \
    -basePath "$folder/temp" -confPath "$folder/config" -dataPath "$folder/data" \
    -logsPath "$folder/logs" -numOfNode 1 -baseHttpPort "$base_port" -clusterName "cartwright-$name"
}
