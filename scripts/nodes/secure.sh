#!/usr/bin/env bash
# TLS by a CA of our own, a password and an API key. Sourced by scripts/elasticsearch.
#
# In the folder of NAME, readable by the caller alone: tls/ca.crt, tls/ca.key, password, api_key (as
# the Authorization header takes it) and curl.conf with what curl needs to speak to the node.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: root, store, version, java_home, as_server.

readonly secured_version=8.19.21

security_settings() {
  local layer
  printf '%s\n' "xpack.security.enabled: true" "xpack.security.autoconfiguration.enabled: false"
  for layer in xpack.security.http.ssl xpack.security.transport.ssl; do
    printf '%s\n' "$layer.enabled: true" "$layer.key: tls/node.key" \
      "$layer.certificate: tls/node.crt" "$layer.certificate_authorities: [tls/ca.crt]"
  done
}

# A key pair whose certificate a CA of our own has signed, both made in the current folder. The server
# shows the CA's certificate too, for clients that pin it.
make_certificates() {
  local -a new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)
  openssl req -x509 "${new_key[@]}" -days 3650 -keyout ca.key -out ca.crt -subj "/CN=Cartwright test CA" &&
    openssl req "${new_key[@]}" -keyout node.key -out node.csr -subj "/CN=localhost" &&
    openssl x509 -req -in node.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 3650 -out node.crt \
      -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1') &&
    cat ca.crt >>node.crt
}

# Makes the secrets of the node in folder $1 once.
make_secrets() {
  local folder=$1
  node_secrets=$folder
  [[ ! -f $folder/curl.conf ]] || return 0
  command -v openssl >/dev/null || fail "needs openssl: run scripts/setup"
  (umask 077 && mkdir -p "$folder/tls" && cd "$folder/tls" && make_certificates) \
    >"$folder/openssl.log" 2>&1 || fail "openssl has failed; its words are in $folder/openssl.log"
  (
    umask 077
    openssl rand -hex 16 >"$folder/password"
    printf '%s\n' "cacert = \"$folder/tls/ca.crt\"" "user = \"elastic:$(<"$folder/password")\"" \
      >"$folder/curl.conf"
  )
}

# Gives the member whose folder is $1 its certificate; the server reads it inside its configuration.
place_certificate() {
  mkdir -p "$1/config/tls"
  cp "$node_secrets"/tls/{node.key,node.crt,ca.crt} "$1/config/tls/"
}

# Puts the password of `elastic` into the member's keystore.
store_password() {
  local folder=$1
  [[ ! -f $folder/config/elasticsearch.keystore ]] || return 0
  run_server_command "$folder" "$(server_home)/bin/elasticsearch-keystore" create &&
    run_server_command "$folder" "$(server_home)/bin/elasticsearch-keystore" \
      add --stdin bootstrap.password <"$node_secrets/password"
}

# Makes an API key of all rights once. Right after the first start `elastic` itself gets 401 for a
# moment, while the index of the keys is being made.
make_api_key() {
  local folder=$1 url=$2 deadline=$((SECONDS + 60)) answer
  [[ ! -s $folder/api_key ]] || return 0
  while ((SECONDS < deadline)); do
    answer=$(ask_node "$folder" 10 -H 'Content-Type: application/json' \
      -d '{"name": "cartwright-test"}' "$url/_security/api_key") || true
    if [[ $answer =~ \"encoded\":\"([A-Za-z0-9+/=]+)\" ]]; then
      (umask 077 && printf '%s\n' "${BASH_REMATCH[1]}" >"$folder/api_key")
      return
    fi
    sleep 0.2
  done
  say "no API key came of $url/_security/api_key: ${answer:-no answer}"
  return 1
}

# Gives the server in folder $1 the analysis module that the index of the API keys needs and the
# stripped archive lacks; compiled against the server's own jars.
add_token_filters() {
  local home=$1 module=$1/modules/cartwright-token-filters classes=$store/unpacking/classes
  mkdir "$module"
  compile TokenFilters.java "$home/lib/*" "$classes"
  "$java_home/bin/jar" --create --file "$module/token-filters.jar" -C "$classes" .
  module_descriptor cartwright-token-filters cartwright.TokenFilters 17 \
    >"$module/plugin-descriptor.properties"
}
