# shellcheck shell=bash
# Purpose: objects of the cluster as they should be: the API itself compares and merges them (server-side apply).
# Arguments: none; put before each script that says
#            `# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-manifests.sh`.
# Secrets: those of a manifest, which goes to kubectl on its stdin.
# Changes: what ensure_manifest says, printed as `::change manifest`.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

FIELD_MANAGER=keybuzz

# manifest_differs <namespace> <manifest>: sets MANIFEST_DIFFERENCE; status 1 when there is none. Fails when the API doesn't say.
manifest_differs() {
  local status=0
  # What stands in a namespace can't be compared before that is there.
  if ! api_get "/api/v1/namespaces/$1" >/dev/null; then return 0; fi
  MANIFEST_DIFFERENCE=$(printf '%s' "$2" | kube diff --server-side --force-conflicts --field-manager="$FIELD_MANAGER" -f - 2>&1) || status=$?
  if ((status > 1)); then
    printf '%s\n' "$MANIFEST_DIFFERENCE" | tail -n 20
    fail "The API does not say how the cluster differs from what it should be." "See its lines above, and status k3s."
  fi
  ((status == 1))
}

# ensure_manifest <name> <namespace> <manifest, a List in JSON> [<the same with placeholders for its secrets>]: before there is an
# API everything is predicted.
ensure_manifest() {
  local hash
  hash="sha256:$(printf '%s' "${4:-$3}" | sha256sum | cut -d ' ' -f 1)"
  if ! applying && ! api_ready "$SELF"; then
    change manifest "$1" "$hash"
    return 0
  fi
  MANIFEST_DIFFERENCE=''
  if ! manifest_differs "$2" "$3"; then return 0; fi
  change manifest "$1" "$hash"
  redact "$MANIFEST_DIFFERENCE" | hide_strangers | awk -v max="$DIFF_LINES_MAX" 'NF && NR <= max { print "| " $0 }'
  if ! applying; then return 0; fi
  if ! printf '%s' "$3" | kube apply --server-side --force-conflicts --field-manager="$FIELD_MANAGER" -f -; then
    fail "The API did not take $1." "See its lines above."
  fi
}
