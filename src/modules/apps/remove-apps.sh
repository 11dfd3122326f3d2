#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh
#
# Purpose: take the applications out of the cluster, with their namespace.
# Arguments: <own address>
# Secrets: none
# Changes: the namespace keybuzz and all in it is deleted. What applications keep elsewhere stays.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 refused, 1 failed.
# Safe to repeat: yes.

is_gone() {
  if api_get "/api/v1/namespaces/$APPS_NAMESPACE" "$SELF" >/dev/null; then return 1; fi
  api_ready "$SELF"
}

main() {
  need_args 1 "$@"
  SELF=$1
  if ! api_ready "$SELF"; then refuse "The API of this master is not ready." "See status k3s."; fi
  if is_gone; then return 0; fi
  change namespace "$APPS_NAMESPACE" "deleted, with all applications in it"
  if ! applying; then return 0; fi
  kube delete --raw "/api/v1/namespaces/$APPS_NAMESPACE" >/dev/null
  if ! wait_for 120 is_gone; then
    fail "The namespace $APPS_NAMESPACE is still there after 120 s." "k3s kubectl get namespace $APPS_NAMESPACE -o json shows what holds it."
  fi
}

main "$@" </dev/null
