# shellcheck shell=bash
# Purpose: what a member that leaves, is killed, or comes back is asked and told.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh`.
# Secrets: the file of use_client_file.
# Changes: a file in /run that remembers which data the member had.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

MEMORY_FILE=/run/keybuzz-mariadb.before
DESYNCED_FILE=/run/keybuzz-mariadb.desynced
# Without a word from a member the others wait some seconds (evs.suspect_timeout 5 s) before they go on.
GO_ON_SECONDS=60

# member_status <address> <name>: the value in the member's own view; nothing when it does not answer.
member_status() { ask_mariadb "$1" "$MARIADB_PORT" '' <<<"show global status like '$2'" 2>/dev/null | cut -f 2; }

member_is() { [[ $(member_status "$1" "$2") == "$3" ]]; }

# is_chosen: this host's member is number 0 of the cluster's present view. Each number is there once, all members agree on
# them, and they change whenever one joins: so it is not always the same one's turn.
is_chosen() { [[ $(member_status "$SELF" wsrep_local_index) == 0 ]]; }

# remember_data: which file the member's data is in. A copy (SST) puts another in its place; IST and a plain start don't.
remember_data() { data_mark >"$MEMORY_FILE"; }

data_mark() { stat -c %i -- "$(mariadb_directory)/ibdata1" 2>/dev/null || true; }

others_go_on() {
  local address
  for address in "${ADDRESSES[@]}"; do
    if [[ $address == "$SELF" ]]; then continue; fi
    if ! member_is "$address" wsrep_cluster_size "$((${#ADDRESSES[@]} - 1))"; then return 1; fi
    if ! member_is "$address" wsrep_cluster_status Primary; then return 1; fi
  done
}

# await_others <uptime when it left> <check>
await_others() {
  if ! wait_for "$GO_ON_SECONDS" others_go_on; then
    fail "The other members are not a cluster of their own within $GO_ON_SECONDS s." "See status mariadb."
  fi
  check "$2" pass "$(seconds_since "$1")s" "the others went on without $OWN"
}

# tell_rejoin <uptime when it was started>
tell_rejoin() {
  local before
  before=$(cat -- "$MEMORY_FILE" 2>/dev/null || true)
  rm -f -- "$MEMORY_FILE"
  if [[ -z $before ]]; then
    check rejoin warn "$(seconds_since "$1")s" "$OWN has every write again; how it got them is not known"
  elif [[ $before == "$(data_mark)" ]]; then
    check rejoin pass "$(seconds_since "$1")s" "$OWN took what it missed (IST), no copy of everything"
  else
    check rejoin warn "$(seconds_since "$1")s" "$OWN took a copy of everything (SST): what it missed was not in gcache any more"
  fi
}

member_is_whole() {
  member_is "$SELF" wsrep_local_state 4 && member_is "$SELF" wsrep_ready ON && member_is "$SELF" wsrep_cluster_status Primary
}

# desync <ON|OFF>: while it is ON, ProxySQL leads nobody here. What we did is remembered for bring_back.
desync() {
  if [[ $1 == ON ]]; then : >"$DESYNCED_FILE"; fi
  if ! ask_root <<<"set global wsrep_desync = $1"; then return 1; fi
  if [[ $1 == OFF ]]; then rm -f -- "$DESYNCED_FILE"; fi
}

# bring_back: starts what a move stopped on this host, puts back what it took out, waits until it has every write.
bring_back() {
  local start
  read -r start _ </proc/uptime
  start_again "$MARIADB_UNIT"
  # Its start has put it back already.
  if ((STARTED > 0)); then rm -f -- "$DESYNCED_FILE"; fi
  if [[ -e $DESYNCED_FILE ]]; then
    change member "$MARIADB_UNIT" "takes clients again"
    if ! desync OFF; then fail "wsrep_desync could not be put back to OFF." "Do it by hand: mariadb -e 'set global wsrep_desync = OFF'."; fi
  elif ((STARTED == 0)); then
    return 0
  fi
  if ! wait_for 150 member_is_whole; then
    fail "MariaDB runs again but does not have every write after 150 s." "See journalctl on the host, and status mariadb."
  fi
  if ((STARTED > 0)); then tell_rejoin "$start"; fi
}
