#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh marker.sh k3s-marker.sh
#
# Purpose: end the markers, tell what the move cost, and take ConfigMaps and files away.
# Arguments: <own address> <outage in seconds that is good> <name=address:port of each master's API>...
# Secrets: none
# Changes: the writer's unit, directory and ConfigMaps go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

# report <own address> <outage that is good> <name=address:port of each entry>...
report() {
  local kept=''
  kept=$(kept_markers "$1" "${@:3}") || true
  perl -e "$MARKER_REPORT" -- "$MARKER_DIRECTORY" "$(marker_token)" "$2" "$(entry_names "${@:3}")" "$1" <<<"$kept"
  forget_markers "${@:3}" >/dev/null
}

forget_markers() {
  local entry
  for entry; do kube delete --raw "$MARKER_MAPS/keybuzz-marker-$(marker_token)-${entry%%=*}" 2>&1 || true; done
}

main() {
  need_args 3 "$@"
  # shellcheck disable=SC2034 # for the functions before us
  SELF=$1
  if ! applying; then return 0; fi
  tell_markers report "$@"
}

main "$@" </dev/null
