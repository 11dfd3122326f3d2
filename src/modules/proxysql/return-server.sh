#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh
#
# Purpose: start again what a drill stopped on this host, or lead clients here again, and wait until it has every write.
# Arguments: <own name> <addresses of the proxies, joined by commas> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: removes the drill's drop-in in /run; starts MariaDB where it is enabled and does not run; wsrep_desync OFF where a
#          failover put it ON.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or does not catch up.
# Safe to repeat: yes.

main() {
  need_args 4 "$@"
  use_secrets APP_PASSWORD
  know_members "$1" "${@:3}"
  if ! applying; then
    change service "$MARIADB_UNIT" "started again, should it be stopped then; leads clients here again"
    return 0
  fi
  use_client_file "$APP" APP_PASSWORD
  bring_back
}

main "$@" </dev/null
