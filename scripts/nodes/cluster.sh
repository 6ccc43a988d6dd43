#!/usr/bin/env bash
# Starting, stopping, killing and describing nodes and their members.
# Sourced by scripts/elasticsearch.
# shellcheck disable=SC2034,SC2154  # Names that the parts share: the recipe and the names of scripts/elasticsearch.

readonly start_seconds=180
readonly stop_seconds=30
readonly heap=512m

# ---- Starting ------------------------------------------------------------------------------

# Sets `as_server`, the command prefix under which the server runs.
choose_user() {
  as_server=()
  [[ $EUID -eq 0 ]] || return 0
  if ! id "$server_user" >/dev/null 2>&1; then
    say "creating the system user $server_user"
    # Two first starts at once: the second useradd fails, and that is fine.
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
      --shell /usr/sbin/nologin "$server_user" 2>/dev/null || id "$server_user" >/dev/null
  fi
  as_server=(setpriv "--reuid=$server_user" "--regid=$server_user" --clear-groups)
}

prepare_member() {
  local member=$1 folder shared
  folder=$(folder_of "$member")
  shared=$(folder_of "${member%%/*}")
  (umask 022 && mkdir -p "$folder"/{config,data,logs,temp} "$shared/snapshots")
  rm -f "$folder"/logs/{http,transport}.ports "$folder/url"
  "prepare_$distribution" "$member" "$folder"
  if [[ $EUID -eq 0 ]]; then
    chown -R "$server_user:" "$folder"/{config,data,logs,temp} "$shared/snapshots"
  fi
}

# curl to a node of ours, whose folder is $1, for at most $2 seconds.
ask_node() {
  local folder=$1 seconds=$2
  shift 2
  [[ ! -f $folder/curl.conf ]] || set -- --config "$folder/curl.conf" "$@"
  curl -s --noproxy '*' --max-time "$seconds" "$@" 2>/dev/null
}

# True when $2 of the node in folder $1 answers and has its cluster state; asks for at most $3 seconds.
is_ready() {
  ask_node "$1" $(($3 + 2)) -f "$2/_cluster/health?wait_for_status=yellow&timeout=${3}s" |
    grep -q '"timed_out":false'
}

# Waits for the running member and prints its URL.
await_member() {
  local member=$1 folder shared deadline=$((SECONDS + start_seconds)) address
  folder=$(folder_of "$member")
  shared=$(folder_of "${member%%/*}")
  while ((SECONDS < deadline)); do
    address=$(grep -s -m 1 '^127\.' "$folder/logs/http.ports") || true
    address=http${secured:+s}://$address
    if [[ $address != *// ]] && is_ready "$shared" "$address" 10; then
      [[ -z $secured ]] || make_api_key "$shared" "$address" || return 1
      printf '%s\n' "$address" | tee "$folder/last_url" "$folder/url"
      return
    fi
    [[ -n $(pid_of "$member") ]] || return 1
    share_addresses "$member"
    sleep 0.2
  done
  return 1
}

# Starts those of the given members that do not run, side by side; fails when one did not come up.
launch_members() {
  local member folder launcher worst=0
  local -a launchers=()
  for member in "$@"; do
    [[ -z $(pid_of "$member") ]] || continue
    say "starting node $member ($(recipe_in_words))"
    folder=$(folder_of "$member")
    prepare_member "$member"
    # The server must not inherit the lock, or it would hold it for as long as it runs. It is in a
    # session of its own: an interrupt at the terminal is for the caller, not for the node.
    ("launch_$distribution" "$member" "$folder") </dev/null >"$folder/start.log" 2>&1 {lock}>&- &
    launchers+=($!)
  done
  for launcher in "${launchers[@]}"; do
    while kill -0 "$launcher" 2>/dev/null; do
      share_addresses "${1%%/*}"
      sleep 0.2
    done
    wait "$launcher" || worst=$?
  done
  return "$worst"
}

# Starts the members that $1 (a NAME or a member) stands for and prints their URLs, one a line.
start_node() {
  local what=$1 name=${1%%/*} member
  local -a chosen
  mapfile -t chosen < <(members_of "$what")
  trap 'end_members "${chosen[@]}"; exit 130' INT TERM
  choose_user
  if [[ -n $secured ]]; then make_secrets "$(folder_of "$name")"; fi
  if ! launch_members "${chosen[@]}"; then
    for member in "${chosen[@]}"; do
      [[ -n $(pid_of "$member") ]] || tail -n 20 "$(folder_of "$member")/start.log" >&2
    done
    end_members "${chosen[@]}"
    fail "node $what did not start; more in the logs under $(folder_of "$name")"
  fi
  for member in "${chosen[@]}"; do
    if ! await_member "$member"; then
      end_members "${chosen[@]}"
      fail "node $member did not become ready in $start_seconds s; more in $(folder_of "$member")/logs"
    fi
  done
  trap - INT TERM
}

# ---- Ending --------------------------------------------------------------------------------

# Ends exactly this member's process. Call with the node's lock held.
end_process() {
  local member=$1 pid deadline=$((SECONDS + stop_seconds))
  pid=$(pid_of "$member")
  [[ -n $pid ]] || return 0
  kill "$pid" 2>/dev/null || { [[ -z $(pid_of "$member") ]] || fail "may not stop process $pid"; }
  while [[ -n $(pid_of "$member") ]]; do
    if ((SECONDS >= deadline)); then
      say "node $member did not end in $stop_seconds s, killing it"
      kill -9 "$pid" 2>/dev/null || true
      deadline=$((SECONDS + stop_seconds))
    fi
    sleep 0.1
  done
  rm -f "$(folder_of "$member")/url"
}

# Ends the processes of these members side by side: a cluster losing its quorum waits for it.
end_members() {
  local member ender worst=0
  local -a enders=()
  for member in "$@"; do
    end_process "$member" &
    enders+=($!)
  done
  for ender in "${enders[@]}"; do wait "$ender" || worst=$?; done
  return "$worst"
}

stop_node() {
  local what=$1 remove=$2 folder member running="" lock
  local -a chosen
  folder=$(folder_of "$what")
  if [[ ! -d $folder ]]; then
    say "no node $what here"
    return
  fi
  lock_node "$what"
  read_recipe "$what"
  mapfile -t chosen < <(members_of "$what")
  for member in "${chosen[@]}"; do running+=$(pid_of "$member"); done
  if [[ -n $running ]]; then
    end_members "${chosen[@]}"
    say "stopped node $what"
  else
    say "node $what was not running"
  fi
  if [[ -n $remove ]]; then
    rm -rf "$folder"
    say "removed $folder"
  fi
  exec {lock}>&-
}

# Ends the members' processes as a crash would: SIGKILL, without a word to the server. Takes no lock,
# so that a start of another member cannot put it off.
kill_node() {
  local what=$1 member pid killed=""
  read_recipe "$what"
  while read -r member; do
    pid=$(pid_of "$member")
    [[ -n $pid ]] || continue
    kill -9 "$pid"
    while [[ -n $(pid_of "$member") ]]; do sleep 0.05; done
    rm -f "$(folder_of "$member")/url"
    say "killed node $member (process $pid)"
    killed=yes
  done < <(members_of "$what")
  [[ -n $killed ]] || { say "node $what is not running" && return "$exit_not_running"; }
}

# ---- Telling -------------------------------------------------------------------------------

# "running", "running without all shards", "starting", "not answering" or "stopped".
state_of() {
  local member=$1 address health
  if [[ -z $(pid_of "$member") ]]; then
    printf stopped
  elif ! address=$(url_of "$member"); then
    printf starting
  else
    health=$(ask_node "$(folder_of "${member%%/*}")" 3 "$address/_cluster/health?timeout=1s") || true
    case $health in
      *'"status":"red"'*) printf 'running without all shards' ;;
      *'"timed_out":false'*) printf running ;;
      *) printf 'not answering' ;;
    esac
  fi
}

member_status() {
  local member=$1 state address
  state=$(state_of "$member")
  if [[ $state == stopped ]]; then
    printf '%s: stopped, files in %s\n' "$member" "$(folder_of "$member")"
    return "$exit_not_running"
  fi
  address=$(url_of "$member") && state+=" at $address"
  printf '%s: %s, process %s, files in %s\n' "$member" "$state" "$(pid_of "$member")" "$(folder_of "$member")"
}

status_of() {
  local what=$1 member worst=0
  if [[ ! -d $(folder_of "$what") ]]; then
    printf '%s: not there\n' "$what"
    return "$exit_not_running"
  fi
  read_recipe "$what"
  while read -r member; do member_status "$member" || worst=$?; done < <(members_of "$what")
  return "$worst"
}

urls_of() {
  local member
  read_recipe "$1"
  while read -r member; do url_of "$member" || return 1; done < <(members_of "$1")
}

# Prints what a client needs to know of NAME as JSON.
describe_node() {
  local name=$1 member folder
  folder=$(folder_of "$name")
  [[ -d $folder ]] || fail "no node $name here"
  read_recipe "$name"
  while read -r member; do
    printf '%s\t%s\t%s\t%s\n' "$member" "$(state_of "$member")" "$(url_of "$member")" "$(pid_of "$member")"
  done < <(members_of "$name") |
    python3 "$root/scripts/nodes/describe.py" "$name" "$distribution" "$version" "${secured:+$folder}" \
      "${settings[@]}"
}
