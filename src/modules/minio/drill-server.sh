#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh units.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: kill this host's node without a warning, when it is the one that a move takes, and see the others serve.
# Arguments: <own name> <name=address of each node, own too>...
# Secrets: ROOT_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting MinIO again (return-server.sh removes it); the node is killed.
# Exit codes: 0 the others serve, or another's turn it is; 64 wrong use, 69 refused, 1 they don't, or it can't be killed.
# Safe to repeat: no: each time the node is killed.

main() {
  need_args 3 "$@"
  use_secrets ROOT_PASSWORD
  local start
  know_members "$1" "${@:2}"
  if ! is_minio_turn; then return 0; fi
  unit_of_port "$API_PORT"
  change node "$UNIT" "killed (SIGKILL), kept stopped until the others serve without it"
  if ! applying; then return 0; fi
  fact node "$OWN"
  keep_stopped "$UNIT"
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$API_PORT"
  if ! wait_for 60 other_nodes_serve; then
    fail "The other nodes can't be written to and read from within 60 s." "See status minio."
  fi
  check takeover pass "$(seconds_since "$start")s" "the others serve without $OWN"
}

main "$@" </dev/null
