#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh json-perl.sh http.sh s3.sh minio.sh marker.sh minio-marker.sh
#
# Purpose: begin to put markers through each entry; a unit of its own goes on when this script and the worker end.
# Arguments: <name=address of each node, joined by commas> <name=host:port of each entry>...
# Secrets: ROOT_PASSWORD
# Changes: package curl where it is missing, a transient unit and a directory in /run on this host; the bucket keybuzz-marker.
# Exit codes: 0 every entry takes objects, 64 wrong use, 69 refused, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

main() {
  need_args 2 "$@"
  use_secrets ROOT_PASSWORD
  local nodes entries=("${@:2}")
  ensure_packages curl
  announce_markers "${entries[@]}"
  if ! applying; then return 0; fi
  IFS=, read -ra nodes <<<"$1"
  know_members none "${nodes[@]}"
  prepare_markers
  s3_ask "${ADDRESSES[0]}:$API_PORT" PUT "/$MARKER_BUCKET"
  if [[ $CODE != 200 && $CODE != 409 ]]; then
    end_writer
    fail "The bucket of the markers could not be made: $(s3_said)." "See live, quorum and entry in status minio."
  fi
  head -c "$MARKER_BYTES" /dev/urandom >"$MARKER_DIRECTORY/body"
  { s3_login && sha256_of "$MARKER_DIRECTORY/body"; } >"$MARKER_DIRECTORY/secret"
  printf '%s\n' "${MEMBERS[@]}" | sed -E 's/(.*)=(.*)/\2 \1/' >"$MARKER_DIRECTORY/nodes"
  start_writer "$MARKER_WRITER" "${entries[@]}"
  await_writers entry "${entries[@]}"
}

main "$@" </dev/null
