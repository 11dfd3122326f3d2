#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh json-perl.sh http.sh s3.sh minio.sh marker.sh minio-marker.sh
#
# Purpose: end the markers, get them all, tell what the move cost, and take objects, bucket and files away.
# Arguments: <name=address of each node, joined by commas> <outage in seconds that is good> <name=host:port of each entry>...
# Secrets: ROOT_PASSWORD
# Changes: the writer's unit and directory, the objects and their bucket go; the one word of the verdict stays in /run.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  use_secrets ROOT_PASSWORD
  local nodes
  if ! applying; then return 0; fi
  IFS=, read -ra nodes <<<"$1"
  know_members none "${nodes[@]}"
  tell_markers minio_report "$(IFS=, && printf '%s' "${ADDRESSES[*]}")" "$2" "$(entry_names "${@:3}")"
}

main "$@" </dev/null
