#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-server.sh
#
# Purpose: begin the cluster on this host, when no member runs and this is the one that may: where Galera noted that it left
#          last (safe_to_bootstrap), or, when there has never been a cluster, the seed. The check `begin` has compared the
#          positions of all members before.
# Arguments: <own name> <cluster's name> <size of gcache> <name=address of each member, own too, the seed first>...
# Secrets: none
# Changes: where it may begin: our configuration, an empty data directory's first content (made anew where it was not made to
#          the end), the unit enabled and started. Elsewhere, and while any member runs, nothing. It never writes safe_to_bootstrap.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes.

may_begin() {
  # One that starts listens nowhere yet.
  if ! is_down "$MARIADB_UNIT" || listens "$MARIADB_PORT"; then return 1; fi
  read_position "$MARIADB_DATA"
  if [[ $POSITION == none ]]; then [[ $OWN == "$SEED" ]]; else [[ $SAFE == 1 ]]; fi
}

# There while the first tables are made in an empty directory; gone when they are whole.
making_file() { printf '%s/making' "$MARIADB_HOME"; }

# data_entries [<argument of find>...]: what is in the data directory.
data_entries() { find "$MARIADB_DATA" -mindepth 1 -maxdepth 1 ! -name lost+found "$@"; }

# is_half_made: the first tables were not made to the end. No member has run on them, and nobody has put a database there since.
is_half_made() {
  if [[ ! -e $(making_file) || ! -d $MARIADB_DATA || -e $MARIADB_DATA/grastate.dat ]]; then return 1; fi
  [[ -n $(data_entries) && -z $(data_entries -type d ! -name mysql ! -name performance_schema ! -name sys) ]]
}

# begin_data: the first tables, when there are none, or not all.
begin_data() {
  local making
  making=$(making_file)
  if is_half_made; then
    data_entries -exec rm -rf -- {} +
  elif [[ -d $MARIADB_DATA/mysql ]]; then
    rm -f -- "$making"
    return 0
  fi
  if [[ -z $(data_entries) ]]; then
    : >"$making"
    sync -- "$making" "$MARIADB_HOME"
  fi
  if ! mariadb-install-db --user=mysql --datadir="$MARIADB_DATA" --skip-test-db --auth-root-authentication-method=socket >/dev/null; then
    fail "The first tables could not be made in $MARIADB_DATA." "See its last lines above; move the directory aside, then repeat."
  fi
  sync -f -- "$MARIADB_DATA"
  rm -f -- "$making"
}

main() {
  need_args 5 "$@"
  take_server_args "$@"
  find_running
  if [[ -n $RUNNING ]] || ! may_begin; then return 0; fi
  server_preflight
  if [[ -n $SILENT ]]; then
    refuse "These members don't say whether they run:$SILENT. A cluster begun here could be a second one." \
      "Bring them back, or take them out of the inventory, then repeat."
  fi
  change cluster "$CLUSTER" "begun on this member, position $POSITION"
  if is_half_made; then change directory "$MARIADB_DATA" "emptied: its first tables were not made to the end"; fi
  mariadb_files
  if ! applying; then return 0; fi
  begin_data
  forget_position
  systemctl daemon-reload
  systemctl --quiet enable "$MARIADB_UNIT"
  systemctl reset-failed "$MARIADB_UNIT" 2>/dev/null || true
  if ! galera_new_cluster; then fail_unit "$MARIADB_UNIT" "begin the cluster"; fi
  if ! wait_for 60 is_synced; then
    fail "The first member is not synced 60 s after its start." "See journalctl -u $MARIADB_UNIT on the host."
  fi
  clear_pending "$MARIADB_UNIT"
}

main "$@" </dev/null
