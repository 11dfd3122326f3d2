#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh units.sh
#
# Purpose: start again what a drill stopped on this host, and wait until its member follows the leader.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: none
# Changes: removes the drill's drop-in in /run; starts Patroni where it is enabled and does not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or does not follow.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  know_members "$1" "${@:2}"
  if ! applying; then
    change service "$PATRONI_UNIT" "started again, should it be stopped then"
    return 0
  fi
  start_again "$PATRONI_UNIT"
  # What the old leader wrote last may have to be taken back with pg_rewind first.
  if ((STARTED > 0)) && ! wait_for 150 member_whole; then
    fail "Patroni runs again but its member does not follow the leader after 150 s." "See journalctl -u $PATRONI_UNIT, and status postgresql."
  fi
}

main "$@" </dev/null
