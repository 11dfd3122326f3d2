# shellcheck shell=bash
# Purpose: what makes any host a node: preflight, program, unit, and the wait until the cluster calls it Ready.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh artifact.sh perl.sh json-perl.sh http.sh k3s.sh k3s-node.sh`.
# Secrets: none.
# Changes: see README.md of the module.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# A node is Ready some 10 to 20 s after K3s has told systemd that it started.
READY_SECONDS=60

# overlaps <network a.b.c.d/len> <another>
overlaps() {
  local length=${1#*/} other=${2#*/}
  if ((other < length)); then length=$other; fi
  (($(number_of "${1%/*}") >> (32 - length) == $(number_of "${2%/*}") >> (32 - length)))
}

# number_of <a.b.c.d>
number_of() {
  local a b c d
  IFS=. read -r a b c d <<<"$1"
  printf '%s' "$(((a << 24) + (b << 16) + (c << 8) + d))"
}

# host_networks: `<network> <interface>` of each route and address that is not the cluster's own doing.
host_networks() {
  {
    ip -4 -o route show | awk '$1 ~ /^[0-9]/ { for (i = 2; i < NF; i++) if ($i == "dev") print $1, $(i + 1) }'
    ip -4 -o address show | awk '{ print $4, $2 }'
  } | awk '$2 !~ /^(lo|cni0|flannel.*|veth.*|kube-.*)$/ { if ($1 !~ /\//) $1 = $1 "/32"; print }' | sort -u
}

# preflight_networks <network of pods> <network of services>: no packet for a pod may find another way.
preflight_networks() {
  local network device own
  while read -r network device; do
    for own in "$1" "$2"; do
      if overlaps "$own" "$network"; then
        refuse "This host reaches $network over $device, which overlaps with $own of the cluster's pods or services." \
          "Give the cluster other networks (settings.ts of the module k3s), or this host's $device another."
      fi
    done
  done < <(host_networks)
}

# preflight_node <unit> <the other unit> <port>...
preflight_node() {
  local port
  require_host "$SELF"
  if [[ $(state_of_config) == foreign ]]; then
    refuse "$K3S_FILE was written by somebody else." \
      "status, test and drill work with that cluster as it is; to take it over, move the file away by hand."
  fi
  if unit_is "$2" active; then
    refuse "$2 runs here, and this host is to run $1." "Take the node out of the cluster first: remove k3s, or by hand."
  fi
  require_unit "$1"
  for port in "${@:3}"; do require_port "$port" "$1"; done
  require_space "$K3S_HOME" 2048
  require_mount "$K3S_HOME"
}

# interface_of <address>: the one that flannel is to use.
interface_of() { ip -4 -o address show to "$1" | awk 'NR == 1 { print $2 }'; }

# k3s_unit <server|agent>. What the node's containers do goes on when K3s stops, so it may be restarted.
k3s_unit() {
  cat <<END
# Written by keybuzz.
[Unit]
Description=K3s $1
Documentation=https://docs.k3s.io
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
KillMode=process
Delegate=yes
LimitNOFILE=1048576
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=240
Restart=always
RestartSec=5
ExecStartPre=-/sbin/modprobe br_netfilter
ExecStartPre=-/sbin/modprobe overlay
ExecStart=$K3S $1

[Install]
WantedBy=multi-user.target
END
}

# deploy_k3s <unit> <server|agent> <function that prints the configuration> <address, version and SHA-256 of the program>: what
# runs is not restarted.
deploy_k3s() {
  local before=$CHANGES
  # A server that joins while etcd is not done with the one before gives up, and joins the next time.
  # shellcheck disable=SC2034 # ensure_service reads it
  local START_SECONDS=60
  fetch_artifact k3s "${@:4}" "$K3S"
  ensure_dir "$K3S_HOME" 0755 root:root
  ensure_dir "$K3S_DATA" 0755 root:root
  ensure_file "$K3S_FILE" 0600 root:root "$3"
  ensure_file "/etc/systemd/system/$1" 0644 root:root k3s_unit "$2"
  if unit_is "$1" active && ((CHANGES > before)); then
    fact needs-restart "the files changed; they count from this node's next start on (failover k3s restarts one master)"
  fi
  ensure_service "$1"
}

# own_node <kubeconfig>: the cluster calls this host Ready; sets NODE_SAYS to how it sees it, in words.
own_node() {
  local json
  NODE_SAYS="the API does not tell of it"
  json=$(timeout 20 "$K3S" kubectl --kubeconfig "$1" --request-timeout=5s get --raw "/api/v1/nodes/$OWN" 2>/dev/null) || return 1
  # shellcheck disable=SC2016 # perl's own variables
  NODE_SAYS=$(read_json 'my ($one) = grep { $_->{type} eq "Ready" } @{ decode(join "", <STDIN>)->{status}{conditions} // [] };
    print defined $one ? $one->{status} eq "True" ? "Ready" : "Ready is $one->{status} ($one->{reason}: $one->{message})" : "it has no condition Ready"' <<<"$json")
  [[ $NODE_SAYS == Ready ]]
}

# await_ready <kubeconfig> <unit>
await_ready() {
  if ! applying || wait_for "$READY_SECONDS" own_node "$1"; then return 0; fi
  journalctl --no-pager -q -n 20 -u "$2" || true
  fail "The node $OWN is not Ready $READY_SECONDS s after $2 started: $NODE_SAYS." \
    "See journalctl -u $2 on the host; mend it, then resume: what is done is not done again."
}
