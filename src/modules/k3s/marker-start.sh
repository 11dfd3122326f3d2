#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh marker.sh k3s-marker.sh
#
# Purpose: begin to write markers through the API of each master; a unit of its own goes on when this script and the worker end.
# Arguments: <own address> <name=address:port of each master's API>...
# Secrets: none
# Changes: a transient unit and a directory in /run on this host; ConfigMaps keybuzz-marker-<token>-<entry> in the namespace default.
# Exit codes: 0 every entry takes writes, 64 wrong use, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

main() {
  need_args 2 "$@"
  # shellcheck disable=SC2034 # for the functions before us
  SELF=$1
  local entry
  announce_markers "${@:2}"
  if ! applying; then return 0; fi
  prepare_markers
  for entry in "${@:2}"; do
    printf '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "keybuzz-marker-%s-%s", "namespace": "default"}, "data": {"marker": "-1"}}' \
      "$(marker_token)" "${entry%%=*}" | kube create --raw "$MARKER_MAPS" -f - >/dev/null ||
      fail "The ConfigMaps of the markers could not be made." "See api and etcd in status k3s."
  done
  start_writer "$MARKER_WRITER" "${@:2}"
  await_writers api "${@:2}"
}

main "$@" </dev/null
