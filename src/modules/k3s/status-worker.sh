#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh
#
# Purpose: say whether this worker's kubelet is well, and whether its ingress answers where the load balancers ask it.
# Arguments: <own address>
# Secrets: none
# Changes: nothing.
# Exit codes: 0 done, also when nothing answers; 64 wrong use.
# Safe to repeat: yes.

# tls_answers <address>: somebody there speaks TLS.
tls_answers() { timeout 3 openssl s_client -connect "$1:443" </dev/null >/dev/null 2>&1; }

code_of() {
  local code
  code=$(http_code "$1" "$2" "$3")
  printf '%s' "${code:-none}"
}

main() {
  need_args 1 "$@"
  fact disk.used "$(disk_used "$K3S_DATA")"
  fact kubelet "$(code_of 127.0.0.1 "$KUBELET_HEALTH_PORT" /healthz)"
  fact ingress.http "$(code_of "$1" 80 /healthz)"
  fact ingress.health "$(code_of "$1" 10254 /healthz)"
  if tls_answers "$1"; then fact ingress.tls yes; else fact ingress.tls no; fi
}

main "$@" </dev/null
