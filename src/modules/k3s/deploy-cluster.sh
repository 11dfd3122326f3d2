#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-manifests.sh
#
# Purpose: what the cluster is given once: the ingress, the probe of the pods' network, and a first snapshot of etcd.
# Arguments: <own address> {<name> <namespace> <manifest, a List in JSON>}...
# Secrets: none
# Changes: objects are applied by the server where they differ; a snapshot in the data directory when there is none.
# Exit codes: 0 done, 64 wrong use, 1 failed.
# Safe to repeat: yes; nothing that is as it should be is touched.

has_snapshot() { [[ -n $(ls -A "$K3S_DATA/server/db/snapshots" 2>/dev/null) ]]; }

main() {
  need_args 4 "$@"
  # shellcheck disable=SC2034 # for the functions before us
  SELF=$1
  shift
  if applying && ! wait_for 60 api_ready "$SELF"; then
    fail "The API of this master is not ready within 60 s." "See api in status k3s."
  fi
  while (($# > 2)); do
    ensure_manifest "$1" "$2" "$3"
    shift 3
  done
  if has_snapshot; then return 0; fi
  change snapshot "$K3S_DATA/server/db/snapshots" "the first one, predicted"
  if applying && ! timeout 60 "$K3S" etcd-snapshot save --name=keybuzz; then
    fail "etcd could not be saved." "See its lines above, and room in status k3s."
  fi
}

main "$@" </dev/null
