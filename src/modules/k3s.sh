# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: where K3s has what, and how its API and its etcd are asked.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh`.
# Secrets: none; the kubeconfigs are root's own files.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

K3S=/usr/local/bin/k3s
K3S_UNIT=k3s.service
AGENT_UNIT=k3s-agent.service
K3S_HOME=/opt/keybuzz/k3s
K3S_DATA=$K3S_HOME/data
K3S_FILE=/etc/rancher/k3s/config.yaml
K3S_SERVER_TOKEN=/etc/rancher/k3s/keybuzz-server-token
K3S_AGENT_TOKEN=/etc/rancher/k3s/keybuzz-agent-token
ADMIN_CONFIG=/etc/rancher/k3s/k3s.yaml
# The node's own, with which it may read itself.
NODE_CONFIG=$K3S_DATA/agent/kubelet.kubeconfig
API_PORT=6443
ETCD_METRICS_PORT=2381
KUBELET_HEALTH_PORT=10248
# Written on a master that a failover drained, until it takes pods again.
DRAINED_FILE=$K3S_HOME/drained

# kube <argument>...: kubectl as the cluster's administrator, on a master. Never hangs.
kube() { timeout 60 "$K3S" kubectl --kubeconfig "$ADMIN_CONFIG" --request-timeout=10s "$@"; }

# api_get <path> [<address>]: a GET of this master's API, or of another's; prints the JSON, fails when there is none.
api_get() { kube ${2:+--server "https://$2:$API_PORT"} get --raw "$1" 2>/dev/null; }

# api_ready <address>: /readyz says 200, so it also reaches a majority of etcd.
api_ready() { api_get /readyz "$1" >/dev/null; }

# The nodes of a list on stdin, as one line of `name=,ready=,...` groups parted by blanks: conditions as they stand in the JSON.
# shellcheck disable=SC2016 # perl's own variables
NODES_REPORT='
sub condition { my ($node, $type) = @_; my ($one) = grep { $_->{type} eq $type } @{ $node->{status}{conditions} // [] }; return $one // {} }
sub word { my ($text) = @_; $text = defined $text && $text ne "" ? $text : "none"; $text =~ s/[\s,=]+/_/g; return $text }
my @groups;
for my $node (@{ decode(join "", <STDIN>)->{items} // [] }) {
  my $labels = $node->{metadata}{labels} // {};
  my $ready = condition($node, "Ready");
  my @pressed = grep { (condition($node, $_)->{status} // "False") eq "True" } qw(MemoryPressure DiskPressure PIDPressure);
  push @groups, join ",", map { "$_->[0]=" . word($_->[1]) } (
    [name => $node->{metadata}{name}], [ready => $ready->{status}], [reason => $ready->{reason}], [since => $ready->{lastTransitionTime}],
    [master => exists $labels->{"node-role.kubernetes.io/control-plane"} ? "yes" : "no"],
    [closed => $node->{spec}{unschedulable} ? "yes" : "no"], [pressure => join("+", @pressed)],
    [voter => condition($node, "EtcdIsVoter")->{status}], [version => $node->{status}{nodeInfo}{kubeletVersion}]);
}
print join(" ", @groups), "\n";
'

# nodes_of <address>: the nodes as that master's API tells them, see NODES_REPORT; fails when it does not answer.
nodes_of() {
  local json
  json=$(api_get /api/v1/nodes "$1") || return 1
  read_json "$NODES_REPORT" <<<"$json"
}

# node_field <groups> <name of a node> <field>: prints its value; nothing for a node that is not there.
node_field() { tr ' ' '\n' <<<"$1" | sed -nE "s/^name=$2,(.*,)?$3=([^,]*).*/\\2/p"; }

# port_status <address> <port>: 0 somebody listens there, 3 nobody, 4 no answer.
port_status() {
  # shellcheck disable=SC2016 # perl's own variables
  perl -e 'use strict; use warnings; use Errno qw(ECONNREFUSED); use IO::Socket::INET;
    exit 0 if IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Proto => "tcp", Timeout => 3);
    exit($! == ECONNREFUSED ? 3 : 4)' "$1" "$2"
}

# etcd_metrics: what this host's member of etcd tells of itself, as Prometheus reads it.
etcd_metrics() { http_ask 127.0.0.1 "$ETCD_METRICS_PORT" GET /metrics </dev/null; }

# metric <metrics> <name>: a whole number; nothing when it is not among them.
metric() { awk -v name="$2" '$1 == name { printf "%.0f", $2; exit }' <<<"$1"; }

# state_of_config: absent, ours or foreign: what stands where K3s takes its settings from.
state_of_config() {
  if [[ ! -e $K3S_FILE ]]; then printf absent; elif grep -q '^# Written by keybuzz' "$K3S_FILE"; then printf ours; else printf foreign; fi
}
