#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh s3.sh minio.sh minio-server.sh
#
# Purpose: put MinIO with its configuration on this host, without starting it.
# Arguments: <own name> <volumes> <drives of each node> <names in DNS, joined by commas> <address, version and SHA-256 of minio>
#            <the same of mc> <name=address of each node, own too, in the order of the names>...
# Secrets: ROOT_PASSWORD
# Changes: see README.md of the module. Nothing is started or restarted.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a host that is as it should be nothing changes.

main() {
  use_secrets ROOT_PASSWORD
  take_minio_args "$@"
  minio_preflight
  progress 1/2 "programs and files"
  if ! command -v curl >/dev/null; then ensure_packages curl; fi
  minio_files
  progress 2/2 "done"
}

main "$@" </dev/null
