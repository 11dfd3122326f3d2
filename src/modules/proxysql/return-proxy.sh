#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh proxysql.sh proxysql-moves.sh
#
# Purpose: start ProxySQL of this host again, when a drill stopped it, and wait until it leads to a member.
# Arguments: none
# Secrets: none
# Changes: removes the drill's drop-in in /run; starts ProxySQL where it is enabled and does not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start.
# Safe to repeat: yes.

main() {
  if ! applying; then
    change service "$PROXYSQL_UNIT" "started again, should it be stopped then"
    return 0
  fi
  start_again "$PROXYSQL_UNIT"
  if ! wait_for 30 listens "$MARIADB_PORT"; then
    fail "ProxySQL runs but does not listen on $MARIADB_PORT." "See journalctl -u $PROXYSQL_UNIT on the host."
  fi
}

main "$@" </dev/null
