#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh
#
# Purpose: start again what a move stopped on this host, wait until its member has every write, and tell how it got them.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: removes the move's drop-in in /run; starts MariaDB where it is enabled and does not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or does not catch up.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  know_members "$1" "${@:2}"
  if ! applying; then
    change service "$MARIADB_UNIT" "started again, should it be stopped then"
    return 0
  fi
  use_client_file "$APP" APP_PASSWORD
  bring_back
}

main "$@" </dev/null
