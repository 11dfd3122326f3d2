#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh mariadb-server.sh
#
# Purpose: make this host a member that runs with our configuration and has every write.
# Arguments: <own name> <cluster's name> <size of gcache> <name=address of each member, own too, the seed first>...
# Secrets: none
# Changes: our configuration, the data directory, the unit enabled; started where it does not run, and restarted where its
#          configuration changed while it ran. An empty or outdated member takes a copy of the data (SST).
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; a member that is as it should be is left alone.

# A first copy of a large database takes its time; the step's own limit is above this.
COPY_SECONDS=1500
# One that gave a copy to the member before is synced again soon after that one.
SETTLE_SECONDS=60

# require_others: a restart must leave more than one member running.
require_others() {
  local others
  read -ra others <<<"$RUNNING"
  if ((${#others[@]} < ${#MEMBERS[@]} - 1)); then
    refuse "This member must be restarted, and only ${#others[@]} of the others run:${RUNNING:- none}." \
      "Start the others (systemctl start mariadb), then repeat."
  fi
}

# is_settled: nobody takes a copy of the data, from this member or another; else sets UNSETTLED to what says so.
is_settled() {
  local status state size address
  UNSETTLED="it does not answer root"
  if ! status=$(own_wsrep); then return 1; fi
  state=$(wsrep_status "$status" wsrep_local_state) size=$(wsrep_status "$status" wsrep_cluster_size)
  UNSETTLED="its wsrep_local_state is ${state:-unknown}, not 4 (synced)"
  if [[ $state != 4 ]]; then return 1; fi
  UNSETTLED="it has no majority"
  if [[ $(wsrep_status "$status" wsrep_cluster_status) != Primary ]]; then return 1; fi
  UNSETTLED="the cluster has ${size:-an unknown number of} members, not ${#MEMBERS[@]}"
  if [[ $size != "${#MEMBERS[@]}" ]]; then return 1; fi
  for address in "${ADDRESSES[@]}"; do
    UNSETTLED="the member at $address takes no clients yet"
    if [[ $address != "$SELF" && $(port_state "$address" "$MARIADB_PORT") != open ]]; then return 1; fi
  done
}

# require_settled: a restart must not cut a copy short, nor leave one member that serves.
require_settled() {
  if is_settled || { applying && wait_for "$SETTLE_SECONDS" is_settled; }; then return 0; fi
  refuse "This member must be restarted, and $UNSETTLED." "Wait until every member is synced (see status mariadb), then repeat."
}

main() {
  need_args 5 "$@"
  take_server_args "$@"
  local action
  server_preflight
  find_running
  if applying && [[ -z $RUNNING ]] && ! unit_is "$MARIADB_UNIT" active; then
    refuse "No other member runs, and this one may not begin the cluster." "See begin in status mariadb."
  fi
  action=$(pending_of "$MARIADB_UNIT")
  if config_differs && unit_is "$MARIADB_UNIT" active; then action=restart; fi
  if [[ $action == restart ]]; then
    require_others
    if unit_is "$MARIADB_UNIT" active; then require_settled; fi
  fi
  mariadb_files
  if ! unit_is "$MARIADB_UNIT" active; then forget_position; fi
  ensure_service "$MARIADB_UNIT" "$action"
  if applying && ! wait_for "$COPY_SECONDS" is_synced; then
    fail "This member does not have every write after $COPY_SECONDS s." "See journalctl -u $MARIADB_UNIT on the host."
  fi
  clear_pending "$MARIADB_UNIT"
}

main "$@" </dev/null
