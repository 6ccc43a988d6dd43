#!/usr/bin/env bash
# Lays out and launches one member that runs Elasticsearch. Sourced by scripts/elasticsearch.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: store, members, secured, settings, java_home, as_server.

# The server itself takes the first free port of its ranges, so that two starts at the same moment
# cannot end up with one port: binding is what decides. A member that was there before prefers its
# old port, so that clients find it again; one of a cluster prefers from the start a port of its
# own, so that no stranger sits on it while the member is down.
readonly http_ports=19200-19399
readonly transport_ports=19400-19599
readonly cluster_http_ports=19600-19799

http_ports_of() {
  local folder=$1 ports=$http_ports before
  if ((members > 1)); then ports="$((19600 + 0x$(sha256sum <<<"$folder" | cut -c1-6) % 200)),$cluster_http_ports"; fi
  if before=$(sed -n 's/.*://p' "$folder/last_url" 2>/dev/null) && [[ -n $before ]]; then ports="$before,$ports"; fi
  printf '%s' "$ports"
}

# What makes the members of $1 one cluster. Ports are taken at start, so that the addresses of the
# others come later, into a file that the server reads again and again (share_addresses).
discovery_settings() {
  local name=$1 member first=""
  if ((members == 1)); then
    printf 'discovery.type: single-node\n'
    return
  fi
  while read -r member; do first+="${first:+, }${member/\//-}"; done < <(members_of "$name")
  printf '%s\n' "discovery.seed_hosts: []" "discovery.seed_providers: file" \
    "cluster.initial_master_nodes: [$first]"
}

elasticsearch_settings() {
  local member=$1 folder=$2 name=${1%%/*}
  cat <<END
cluster.name: cartwright-$name
node.name: ${member/\//-}
node.portsfile: true
network.host: 127.0.0.1
http.port: $(http_ports_of "$folder")
transport.port: $transport_ports
cluster.routing.allocation.disk.threshold_enabled: false
path.data: "$folder/data"
path.logs: "$folder/logs"
path.repo: ["$(folder_of "$name")/snapshots"]
END
  discovery_settings "$name"
  if [[ -n $secured ]]; then security_settings; else printf 'xpack.security.enabled: false\n'; fi
  if ((${#settings[@]} > 0)); then printf '%s\n' "${settings[@]}"; fi
}

# Lays out the member's own folder $2. What the server writes is its user's; the rest is ours.
prepare_elasticsearch() {
  local member=$1 folder=$2 home
  home=$(server_home)
  cp "$home"/config/{log4j2.properties,jvm.options,role_mapping.yml,roles.yml,users,users_roles} \
    "$folder/config/"
  # The stock options write into the shared folder, which the server's user cannot.
  sed -i -e '/-Xlog:gc/d' -e "s|^-XX:HeapDumpPath=.*|-XX:HeapDumpPath=$folder/logs|" \
    -e "s|^-XX:ErrorFile=.*|-XX:ErrorFile=$folder/logs/fatal-%p.log|" "$folder/config/jvm.options"
  elasticsearch_settings "$member" "$folder" >"$folder/config/elasticsearch.yml"
  [[ -z $secured ]] || place_certificate "$folder"
}

# Runs a command of the server's own bin folder for the member whose folder is $1.
run_server_command() {
  local folder=$1
  shift
  (umask 022 && cd "$folder" && setsid --wait "${as_server[@]}" env -u JAVA_HOME \
    HOME="$folder/temp" ES_JAVA_HOME="$java_home" ES_PATH_CONF="$folder/config" \
    ES_TMPDIR="$folder/temp" "$@")
}

# Returns when the server is up, or with its exit code.
launch_elasticsearch() {
  local member=$1 folder=$2
  [[ -z $secured ]] || store_password "$folder" || return 1
  run_server_command "$folder" \
    ES_JAVA_OPTS="-Xms${heap} -Xmx${heap} -XX:-AlwaysPreTouch $(mark_of "$member")" \
    "$(server_home)/bin/elasticsearch" -d
}

# Tells every member of $1 the transport addresses of all that have one. Call again until all are up.
share_addresses() {
  local member folder address addresses=""
  ((members > 1)) || return 0
  while read -r member; do
    address=$(sed -n '/TransportService/s/.*publish_address {\(127[^}]*\)}.*/\1/p' \
      "$(folder_of "$member")/logs/cartwright-${1%%/*}.log" 2>/dev/null | tail -n 1) || true
    addresses+=${address:+$address$'\n'}
  done < <(members_of "${1%%/*}")
  while read -r member; do
    folder=$(folder_of "$member")/config
    if [[ -d $folder && $(cat "$folder/unicast_hosts.txt" 2>/dev/null) != "${addresses%$'\n'}" ]]; then
      (umask 022 && printf %s "$addresses" >"$folder/.unicast_hosts")
      mv "$folder/.unicast_hosts" "$folder/unicast_hosts.txt"
    fi
  done < <(members_of "${1%%/*}")
}
