#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-server.sh
#
# Purpose: put MariaDB with Galera on this host, without starting it, and learn where a killed member stands.
# Arguments: <own name> <cluster's name> <size of gcache> <name=address of each member, own too, the seed first>...
# Secrets: none
# Changes: packages; where our MariaDB does not run and was not stopped in order, InnoDB recovers its data (wsrep_recover),
#          as every start does, and the position is kept in /run for status and the next steps. One that starts is left alone.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; nothing is started or restarted.

# recover_position: what galera_recovery of the package does before every start.
recover_position() {
  local log found
  scratch_directory
  log=$SCRATCH_DIRECTORY/recovery
  if ! mariadbd --user=mysql --datadir="$MARIADB_DATA" --wsrep_recover --skip-networking --disable-log-error 2>"$log"; then
    tail -n 20 -- "$log"
    fail "wsrep_recover could not read the data of this host." "See its last lines above; the disk may be bad."
  fi
  found=$(sed -nE 's/.*WSREP:[[:space:]]*Recovered[[:space:]]*position:[[:space:]]*([0-9a-f-]+:-?[0-9]+).*/\1/p' "$log" | tail -n 1)
  if [[ -z $found ]]; then fail "wsrep_recover told no position." "Look into $MARIADB_DATA by hand."; fi
  printf '%s\n' "$found" >"$POSITION_FILE"
}

main() {
  need_args 5 "$@"
  take_server_args "$@"
  server_preflight
  progress 1/2 "packages"
  mariadb_packages
  progress 2/2 "position"
  if unit_is "$MARIADB_UNIT" active || ! is_our_mariadb; then return 0; fi
  # While a member that starts is sent a copy of the data (SST), nobody else may open it.
  if ! is_down "$MARIADB_UNIT"; then
    fact position starting
    return 0
  fi
  read_position "$MARIADB_DATA"
  if [[ $POSITION == unknown ]]; then
    change position "$MARIADB_DATA" "found out with wsrep_recover: this member was not stopped in order"
    if applying; then
      recover_position
      read_position "$MARIADB_DATA"
    fi
  fi
  fact position "$POSITION"
}

main "$@" </dev/null
