#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh units.sh k3s-moves.sh
#
# Purpose: start again what a move stopped on this host, and let a master that is still drained take pods again.
# Arguments: <own name> <name=address of each master, own too>...
# Secrets: none
# Changes: removes the drill's drop-in in /run; starts K3s where it is enabled and does not run; uncordons what we drained.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or is not whole.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  local start
  know_members "$1" "${@:2}"
  if ! applying; then
    change service "$K3S_UNIT" "started again, and open for pods, should it be stopped or drained then"
    return 0
  fi
  read -r start _ </proc/uptime
  start_again "$K3S_UNIT"
  if ((STARTED == 0)) && [[ ! -e $DRAINED_FILE ]]; then return 0; fi
  if ! wait_for 150 master_whole; then
    fail "K3s runs again on $OWN, but it is not Ready and a voter of etcd after 150 s." "See journalctl -u $K3S_UNIT, and status k3s."
  fi
  if [[ -e $DRAINED_FILE ]]; then
    change node "$OWN" "takes pods again"
    kube uncordon "$OWN"
    rm -f -- "$DRAINED_FILE"
  fi
  check rejoin pass "$(seconds_since "$start")s" "$OWN is Ready and a voter of etcd again"
}

main "$@" </dev/null
