#!/usr/bin/env bash
# needs: lib.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: prove that an object put through this node is got, the same, through every node and the entry's name, and deleted.
# Arguments: <own name> <the entry's name> <name=address of each node, own too>...
# Secrets: ROOT_PASSWORD
# Changes: a bucket keybuzz-probe-<own name> with one object; both are deleted in the end.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

main() {
  need_args 4 "$@"
  use_secrets ROOT_PASSWORD
  local start entry=$2:$API_PORT
  know_members "$1" "${@:3}"
  scratch_directory
  read -r start _ </proc/uptime
  prove_objects "$SELF:$API_PORT" "$entry" "${ADDRESSES[@]/%/:$API_PORT}" "$entry"
  check probe pass "$(seconds_since "$start")s" "put here, got the same through all ${#MEMBERS[@]} nodes and $2, deleted through $2"
}

main "$@" </dev/null
