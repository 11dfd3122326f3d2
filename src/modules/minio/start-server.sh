#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh s3.sh minio.sh minio-server.sh
#
# Purpose: start MinIO on this host, together with the others: a node serves only once enough of them run. One that runs with
#          other files than are there now is restarted, together with the others as well: MinIO's nodes refuse each other when
#          they differ.
# Arguments: <own name> <volumes> <drives of each node> <names in DNS, joined by commas> <address, version and SHA-256 of minio>
#            <the same of mc> <name=address of each node, own too, in the order of the names>...
# Secrets: ROOT_PASSWORD
# Changes: the unit enabled and started; restarted where its files changed while it ran.
# Exit codes: 0 it serves, 64 wrong use, 69 refused, 1 it does not serve.
# Safe to repeat: yes; a node that runs as it should is left alone.

minio_serves() { [[ $(minio_health "$SELF" live) == 200 && $(minio_health "$SELF" cluster) == 200 ]]; }

main() {
  use_secrets ROOT_PASSWORD
  take_minio_args "$@"
  local action
  action=$(pending_of "$MINIO_UNIT")
  if minio_files_differ && unit_is "$MINIO_UNIT" active; then action=restart; fi
  ensure_service "$MINIO_UNIT" "$action"
  if applying && ! wait_for 120 minio_serves; then
    fail "MinIO of this host runs and can't be written to after 120 s." \
      "See journalctl -u $MINIO_UNIT on every node: more than half of them must run, with the same files."
  fi
  clear_pending "$MINIO_UNIT"
}

main "$@" </dev/null
