#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh k3s.sh k3s-node.sh
#
# Purpose: make this host a master: a server of K3s with a member of its etcd.
# Arguments: <own name> <address of the program> <its version> <its SHA-256> <network of pods> <network of services>
#            <address of the cluster's DNS> <name=address of each master, own too, the seed first>... The cluster begins on the
#            seed when no other master runs, and never again.
# Secrets: SERVER_TOKEN AGENT_TOKEN
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a master that is as it should be nothing changes, and nothing is ever uninstalled.

# Membership of etcd: a learner follows first, and K3s makes it a voter when it is in step.
VOTER_SECONDS=60

server_configuration() {
  local member
  cat <<END
# Written by keybuzz. What all masters share must be the same on each of them.
$JOIN_LINE
token-file: $K3S_SERVER_TOKEN
agent-token-file: $K3S_AGENT_TOKEN
data-dir: $K3S_DATA
node-name: $OWN
node-ip: $SELF
advertise-address: $SELF
flannel-iface: $(interface_of "$SELF")
cluster-cidr: $PODS
service-cidr: $SERVICES
cluster-dns: $DNS
write-kubeconfig-mode: "0600"
secrets-encryption: true
etcd-snapshot-schedule-cron: "0 */6 * * *"
etcd-snapshot-retention: 20
disable:
  - traefik
  - servicelb
tls-san:
END
  for member in "${MEMBERS[@]}"; do printf '  - %s\n  - %s\n' "${member%%=*}" "${member#*=}"; done
}

server_token() { printf '%s' "$SERVER_TOKEN"; }
agent_token() { printf '%s' "$AGENT_TOKEN"; }

# preflight_cluster: sets JOIN_LINE, by which this master begins the cluster or joins it: what stands in its file for as long as
# it has its data. A master that does not answer could know the cluster, so then nothing is assumed.
preflight_cluster() {
  local member status running='' silent=''
  JOIN_LINE=''
  if [[ -d $K3S_DATA/server/db && $(state_of_config) == ours ]]; then
    JOIN_LINE=$(grep -E '^(cluster-init|server):' "$K3S_FILE" || true)
  fi
  if [[ -n $JOIN_LINE ]]; then return 0; fi
  if [[ -d $K3S_DATA/server/db ]]; then
    refuse "$K3S_DATA holds a server's data, and nobody knows how it came there." \
      "Move the directory aside (the unit stopped), then repeat."
  fi
  for member in "${MEMBERS[@]}"; do
    if [[ $member == "$OWN="* ]]; then continue; fi
    status=0
    port_status "${member#*=}" "$API_PORT" || status=$?
    case $status in
      0) running=${running:-${member#*=}} ;;
      3) ;;
      *) silent+=" ${member%%=*}" ;;
    esac
  done
  if [[ -n $running ]]; then
    JOIN_LINE="server: https://$running:$API_PORT"
  elif [[ -n $silent ]]; then
    refuse "These masters don't answer, and could know a cluster that this host is to join:$silent." \
      "Bring them back, or take them out of the inventory, then repeat."
  elif [[ $OWN == "$SEED" ]]; then
    JOIN_LINE='cluster-init: true'
  elif applying; then
    refuse "No master runs yet, and this host is not where the cluster begins ($SEED)." "Deploy $SEED first."
  else
    # By then the seed runs.
    JOIN_LINE="server: https://${MEMBERS[0]#*=}:$API_PORT"
  fi
}

is_voter() { [[ $(node_field "$(nodes_of "$SELF")" "$OWN" voter) == True ]]; }

main() {
  need_args 9 "$@"
  use_secrets SERVER_TOKEN AGENT_TOKEN
  PODS=$5 SERVICES=$6 DNS=$7
  know_members "$1" "${@:8}"
  require_plain SERVER_TOKEN AGENT_TOKEN
  preflight_node "$K3S_UNIT" "$AGENT_UNIT" "$API_PORT" 10250 2379 2380
  preflight_networks "$PODS" "$SERVICES"
  preflight_cluster
  progress 1/2 "K3s"
  ensure_dir "${K3S_FILE%/*}" 0755 root:root
  ensure_file "$K3S_SERVER_TOKEN" 0600 root:root server_token
  ensure_file "$K3S_AGENT_TOKEN" 0600 root:root agent_token
  deploy_k3s "$K3S_UNIT" server server_configuration "${@:2:3}"
  await_ready "$ADMIN_CONFIG" "$K3S_UNIT"
  if applying && ! wait_for "$VOTER_SECONDS" is_voter; then
    fail "$OWN is Ready, but not a voting member of etcd $VOTER_SECONDS s later." \
      "See journalctl -u $K3S_UNIT: is 2380 open between the masters?"
  fi
  progress 2/2 "done"
}

main "$@" </dev/null
