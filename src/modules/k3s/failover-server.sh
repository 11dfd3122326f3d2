#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh units.sh k3s-moves.sh
#
# Purpose: take the chosen master out for maintenance and bring it back: cordon, drain, restart, uncordon, when it is this host.
# Arguments: <own name> <name=address of each master, own too>...
# Secrets: none
# Changes: its pods move to other nodes (what a PodDisruptionBudget forbids is waited for); K3s is restarted.
# Exit codes: 0 it serves again, or another was chosen; 64 wrong use, 69 refused, 1 it did not come to its end.
# Safe to repeat: no: each time the master that is chosen then is restarted.

DRAIN_SECONDS=120

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
  change master "$UNIT" "cordoned, drained and restarted; its pods move"
  refuse_unless_spare
  if ! applying; then return 0; fi
  fact master "$OWN"
  read -r start _ </proc/uptime
  mkdir -p "$K3S_HOME"
  touch "$DRAINED_FILE"
  if ! timeout $((DRAIN_SECONDS + 20)) "$K3S" kubectl --kubeconfig "$ADMIN_CONFIG" drain "$OWN" --ignore-daemonsets \
    --delete-emptydir-data --timeout="${DRAIN_SECONDS}s"; then
    fail "$OWN could not be drained within $DRAIN_SECONDS s." "See its lines above: a PodDisruptionBudget may forbid it. It takes pods again."
  fi
  fact drained-after "$(seconds_since "$start")"
  if ! systemctl restart "$UNIT"; then fail_unit "$UNIT" restart; fi
  if ! wait_for 120 master_whole; then
    fail "$OWN is not whole again 120 s after its restart." "See journalctl -u $UNIT; status k3s."
  fi
  kube uncordon "$OWN"
  rm -f -- "$DRAINED_FILE"
  check switch pass "$(seconds_since "$start")s" "$OWN was drained, restarted and takes pods again"
}

main "$@" </dev/null
