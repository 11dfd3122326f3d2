#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh units.sh k3s-moves.sh
#
# Purpose: kill the chosen master without a warning, when it is this host, and see the others go on and notice it.
# Arguments: <own name> <name=address of each master, own too>...
# Secrets: none
# Changes: a drop-in in /run that keeps systemd from starting K3s again (return-server.sh removes it); K3s is killed.
# Exit codes: 0 the others go on, or another was chosen; 64 wrong use, 69 refused, 1 they don't, or it can't be killed.
# Safe to repeat: no: each time the master that is chosen then is killed.

# etcd finds another leader within seconds. That a kubelet is silent counts after 50 s (node-monitor-grace-period).
GO_ON_SECONDS=30
NOTICE_SECONDS=90

main() {
  need_args 3 "$@"
  local start
  know_members "$1" "${@:2}"
  # Whom the approved preview shows is taken: asked again in the middle, another could have become the one.
  if ! applying; then
    choose_master
    if [[ $CHOSEN != "$OWN" ]]; then return 0; fi
  fi
  unit_of_port "$API_PORT"
  change master "$UNIT" "killed (SIGKILL), kept stopped until the others call its node not Ready"
  refuse_unless_spare
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  fact master "$OWN"
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$API_PORT"
  if ! wait_for "$GO_ON_SECONDS" others_ready; then
    fail "The API of the other masters is not ready $GO_ON_SECONDS s after $OWN was killed." "See api and etcd in status k3s."
  fi
  check takeover pass "$(seconds_since "$start")s" "the API of every other master is ready without $OWN"
  if ! wait_for "$NOTICE_SECONDS" seen_away; then
    fail "The others still call the node $OWN Ready $NOTICE_SECONDS s after it was killed." "See nodes in status k3s."
  fi
  check noticed pass "$(seconds_since "$start")s" "the others call the node $OWN not Ready"
}

main "$@" </dev/null
