#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh
#
# Purpose: prove that what is written through this master's API is read through each other's, and deleted again.
# Arguments: <own name> <name=address of each master, own too>...
# Secrets: none
# Changes: one ConfigMap `keybuzz-probe-<own name>-<random>` in the namespace default, deleted at the end.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

PROBES=/api/v1/namespaces/default/configmaps

main() {
  need_args 2 "$@"
  local token name start member took
  know_members "$1" "${@:2}"
  token=$(cat /proc/sys/kernel/random/uuid)
  name=keybuzz-probe-$OWN-${token%%-*}
  read -r start _ </proc/uptime
  progress 1/3 "write"
  if ! printf '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "namespace": "default"}, "data": {"token": "%s"}}' "$name" "$token" |
    kube --server "https://$SELF:$API_PORT" create --raw "$PROBES" -f - >/dev/null; then
    fail "Through the API of $OWN nothing could be written." "See api and etcd in status k3s."
  fi
  progress 2/3 "read through each master"
  for member in "${MEMBERS[@]}"; do
    # shellcheck disable=SC2016 # perl's own variables
    if [[ $(api_get "$PROBES/$name" "${member#*=}" | read_json 'print decode(join "", <STDIN>)->{data}{token} // ""' || true) != "$token" ]]; then
      kube delete --raw "$PROBES/$name" >/dev/null || true
      fail "What was written through $OWN is not read through ${member%%=*}." "See api and etcd in status k3s."
    fi
  done
  progress 3/3 "delete"
  if ! kube --server "https://$SELF:$API_PORT" delete --raw "$PROBES/$name" >/dev/null; then
    fail "The ConfigMap $name in the namespace default could not be deleted." "k3s kubectl -n default delete configmap $name"
  fi
  took=$(seconds_since "$start")
  check probe pass "${took}s" "written through $OWN, read through all ${#MEMBERS[@]} masters, deleted"
}

main "$@" </dev/null
