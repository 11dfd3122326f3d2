#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh units.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: stop this host's node in order, when it is the one that a move takes and MinIO says that it may go, and see the others
#          serve; return-server.sh starts it again.
# Arguments: <own name> <name=address of each node, own too>...
# Secrets: ROOT_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting MinIO again; the node is stopped.
# Exit codes: 0 the others serve, or another's turn it is; 64 wrong use, 69 refused, 1 they don't, or it does not stop.
# Safe to repeat: no: each time the node is stopped.

main() {
  need_args 3 "$@"
  use_secrets ROOT_PASSWORD
  local start code
  know_members "$1" "${@:2}"
  if ! is_minio_turn; then return 0; fi
  unit_of_port "$API_PORT"
  change node "$UNIT" "stopped for maintenance, and started again"
  code=$(minio_health "$SELF" 'cluster?maintenance=true')
  if [[ $code != 200 ]]; then
    refuse "By MinIO's own word objects could not be written any more without $OWN (HTTP ${code:-none})." \
      "Bring the other nodes and drives back first: see drives in status minio."
  fi
  if ! applying; then return 0; fi
  fact node "$OWN"
  keep_stopped "$UNIT"
  read -r start _ </proc/uptime
  if ! systemctl stop "$UNIT" || ! wait_for 60 is_down "$UNIT"; then
    fail "$UNIT did not stop." "See journalctl -u $UNIT on the host."
  fi
  if ! wait_for 60 other_nodes_serve; then
    fail "The other nodes can't be written to and read from within 60 s." "See status minio."
  fi
  check leave pass "$(seconds_since "$start")s" "$OWN was stopped in order; the others serve without it"
}

main "$@" </dev/null
