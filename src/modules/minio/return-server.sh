#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh units.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: start again what a move stopped on this host, until every node sees every drive online and none healing.
# Arguments: <own name> <name=address of each node, own too>...
# Secrets: ROOT_PASSWORD
# Changes: removes the move's drop-in in /run; starts MinIO where it is enabled and does not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or the cluster is not whole again.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  use_secrets ROOT_PASSWORD
  local start
  know_members "$1" "${@:2}"
  if ! applying; then
    change service "$MINIO_UNIT" "started again, should it be stopped then"
    return 0
  fi
  read -r start _ </proc/uptime
  start_again "$MINIO_UNIT"
  if ((STARTED == 0)); then return 0; fi
  if ! wait_for 150 all_see_all; then
    fail "MinIO runs again, but not every node sees every drive online and healed after 150 s." "See drives and healing in status minio."
  fi
  check rejoin pass "$(seconds_since "$start")s" "$OWN is back: every node sees every drive online, none is healing"
}

main "$@" </dev/null
