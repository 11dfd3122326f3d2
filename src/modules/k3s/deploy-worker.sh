#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh k3s.sh k3s-node.sh
#
# Purpose: make this host a worker: an agent of K3s, on which pods run and the ingress listens.
# Arguments: <own name> <own address> <address of the program> <its version> <its SHA-256> <network of pods>
#            <network of services> <address of a master>
# Secrets: AGENT_TOKEN
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a worker that is as it should be nothing changes, and nothing is ever uninstalled.

# It is told one master; the others it learns from it.
agent_configuration() {
  cat <<END
# Written by keybuzz.
server: https://$MASTER:$API_PORT
token-file: $K3S_AGENT_TOKEN
data-dir: $K3S_DATA
node-name: $OWN
node-ip: $SELF
flannel-iface: $(interface_of "$SELF")
node-label:
  - keybuzz.io/ingress=true
END
}

agent_token() { printf '%s' "$AGENT_TOKEN"; }

main() {
  need_args 8 "$@"
  use_secrets AGENT_TOKEN
  OWN=$1 SELF=$2 MASTER=$8
  require_plain AGENT_TOKEN
  preflight_node "$AGENT_UNIT" "$K3S_UNIT" 10250
  preflight_networks "$6" "$7"
  progress 1/2 "K3s"
  ensure_dir "${K3S_FILE%/*}" 0755 root:root
  ensure_file "$K3S_AGENT_TOKEN" 0600 root:root agent_token
  deploy_k3s "$AGENT_UNIT" agent agent_configuration "${@:3:3}"
  await_ready "$NODE_CONFIG" "$AGENT_UNIT"
  progress 2/2 "done"
}

main "$@" </dev/null
