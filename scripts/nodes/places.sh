#!/usr/bin/env bash
# Where a node's files are, which process is its server, and how it was made.
# Sourced by scripts/elasticsearch, which says what is `root` and gives say, fail and wrong_usage.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: root, server_user.

# Prints the folder $1, or the nearest one above it that is there.
nearest_existing() {
  local folder=$1
  while [[ ! -e $folder && -n $folder ]]; do folder=${folder%/*}; done
  printf '%s' "${folder:-/}"
}

# True when every folder down to $1 that exists lets other users pass.
others_can_pass() {
  local folder
  folder=$(nearest_existing "$1")
  while [[ -n $folder ]]; do
    (($((8#$(stat -Lc %a "$folder"))) & 1)) || return 1
    folder=${folder%/*}
  done
}

# True when the caller can keep files in $1 and the server's user can reach them there.
fits() {
  local nearest
  nearest=$(nearest_existing "$1")
  [[ -d $nearest && -w $nearest ]] || return 1
  [[ $EUID -ne 0 ]] || others_can_pass "$1"
}

# Sets `store`. The answer depends only on the checkout, the caller and the folders' modes, so
# that stop looks where start has put things.
choose_store() {
  if [[ -n ${CARTWRIGHT_CACHE:-} ]]; then
    store=$(realpath -m "$CARTWRIGHT_CACHE")/elasticsearch
    fits "$store" || fail "CARTWRIGHT_CACHE=$CARTWRIGHT_CACHE: not writable, or closed to $server_user"
    return
  fi
  store=$root/.cache/elasticsearch
  if fits "$store"; then return; fi
  local key
  key=$(printf %s "$root" | sha256sum | cut -c1-12)
  store=/var/tmp/cartwright-$(id -u)-$key/elasticsearch
  if [[ -e ${store%/*} && ! -O ${store%/*} ]]; then fail "${store%/*} belongs to someone else"; fi
  store_is_elsewhere=yes
}

make_store() {
  (umask 022 && mkdir -p "$store/nodes")
  [[ -z ${store_is_elsewhere:-} ]] ||
    say "$root cannot hold the server (not writable, or closed to $server_user); using $store"
}

# ---- Nodes and members ---------------------------------------------------------------------
#
# A node NAME of one process is its own only member, "NAME". A cluster has the members "NAME/1",
# "NAME/2" and so on, each with its folder inside that of NAME. Functions that act on a process
# take a member; those that act on the whole take a NAME.

folder_of() { printf '%s/nodes/%s' "$store" "$1"; }

# Locks NAME until the caller's shell ends or closes the file descriptor in `lock`.
lock_node() {
  exec {lock}>"$store/nodes/${1%%/*}.lock"
  flock "$lock"
}

# An argument of the server's command line by which its process is known without doubt.
mark_of() {
  printf -- '-Dcartwright.node=%s' "$(folder_of "$1" | sha256sum | cut -c1-32)"
}

# Prints the pid of the member's server, nothing when it does not run. A pid file alone could name
# a stranger after a crash; the mark on the command line cannot.
pid_of() {
  local mark file
  mark=$(mark_of "$1")
  file=$(grep -lzsxF -f <(printf '%s\n' "$mark") /proc/[0-9]*/cmdline | head -n 1) || true
  file=${file#/proc/}
  printf '%s' "${file%/cmdline}"
}

url_of() {
  local file
  file=$(folder_of "$1")/url
  [[ -n $(pid_of "$1") && -s $file ]] && cat "$file"
}

known_nodes() {
  local folder
  for folder in "$store"/nodes/*/; do
    [[ -d $folder ]] && basename "$folder"
  done
  return 0
}

# Prints the members that $1 (a NAME or a member) stands for, one a line.
members_of() {
  local number
  if [[ $1 == */* ]] || ((members == 1)); then
    printf '%s\n' "$1"
    return
  fi
  for ((number = 1; number <= members; ++number)); do printf '%s/%d\n' "$1" "$number"; done
}

# ---- How a node was made -------------------------------------------------------------------
#
# distribution, version, members (a number), secured (yes or empty) and settings (an array of lines
# for the server's configuration) say how. They are kept beside the data, which other servers or
# other settings may not be able to read.

default_version() {
  case $1 in
    elasticsearch) printf 8.19.21 ;;
    opensearch) printf 2.19.1 ;;
  esac
}

set_defaults() {
  distribution=elasticsearch
  version=$(default_version elasticsearch)
  members=1
  secured=""
  settings=()
}

print_recipe() {
  printf '%s\n' "distribution=$distribution" "version=$version" "members=$members" \
    "secured=$secured" "${settings[@]/#/set=}"
}

# Sets how NAME was made; the defaults when it is not there.
read_recipe() {
  local file key value
  file=$(folder_of "${1%%/*}")/recipe
  set_defaults
  [[ -f $file ]] || return 0
  while IFS='=' read -r key value; do
    case $key in
      set) settings+=("$value") ;;
      *) printf -v "$key" %s "$value" ;;
    esac
  done <"$file"
}

write_recipe() {
  local folder
  folder=$(folder_of "${1%%/*}")
  (umask 022 && mkdir -p "$folder" && print_recipe >"$folder/recipe")
}

# "Elasticsearch 8.19.21, 3 members, secured, http.max_content_length: 12mb"
recipe_in_words() {
  local words=Elasticsearch setting
  [[ $distribution == elasticsearch ]] || words=OpenSearch
  words+=" $version"
  ((members == 1)) || words+=", $members members"
  [[ -z $secured ]] || words+=", secured"
  for setting in "${settings[@]}"; do words+=", $setting"; done
  printf '%s' "$words"
}
