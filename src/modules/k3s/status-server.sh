#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh
#
# Purpose: say what this master's API and member of etcd know of the cluster; the worker compares the hosts.
# Arguments: <own address> <namespaces whose workloads are told, joined by commas>
# Secrets: none
# Changes: nothing.
# Exit codes: 0 done, also when something is down: `api` and `etcd` say so; 64 wrong use.
# Safe to repeat: yes.

# Deployments and DaemonSets of the namespaces: how many pods each wants, and how many are ready.
# shellcheck disable=SC2016 # perl's own variables
WORKLOADS='
my ($kind, $wanted, $ready, $spaces) = @ARGV;
my %spaces = map { $_ => 1 } split /,/, $spaces;
my @groups;
for my $one (@{ decode(join "", <STDIN>)->{items} // [] }) {
  my ($meta, $status) = ($one->{metadata}, $one->{status} // {});
  next unless $spaces{$meta->{namespace}};
  my $number = $kind eq "deployment" ? $one->{spec}{replicas} // 1 : $status->{$wanted} // 0;
  push @groups, "kind=$kind,space=$meta->{namespace},name=$meta->{name},wanted=$number,ready=" . ($status->{$ready} // 0);
}
print join(" ", @groups), "\n";
'

# workloads <namespaces>: one line of groups, see above; fails when the API does not say.
workloads() {
  local deployments daemonsets
  deployments=$(api_get /apis/apps/v1/deployments "$SELF") || return 1
  daemonsets=$(api_get /apis/apps/v1/daemonsets "$SELF") || return 1
  printf '%s %s' "$(read_json "$WORKLOADS" deployment '' readyReplicas "$1" <<<"$deployments")" \
    "$(read_json "$WORKLOADS" daemonset desiredNumberScheduled numberReady "$1" <<<"$daemonsets")"
}

tell_api() {
  local groups
  if [[ ! -x $K3S || ! -e $ADMIN_CONFIG ]] || ! listens "$API_PORT"; then
    fact api stopped
    return 0
  fi
  if ! api_get /version "$SELF" >/dev/null && ! api_get /livez "$SELF" >/dev/null; then
    fact api silent
    return 0
  fi
  fact api answers
  if api_ready "$SELF"; then fact api.ready yes; else fact api.ready no; fi
  if groups=$(nodes_of "$SELF"); then fact api.nodes "$groups"; fi
  if groups=$(workloads "$1"); then fact api.workloads "$groups"; fi
}

tell_etcd() {
  local metrics status=0
  metrics=$(etcd_metrics) || status=$?
  if ((status != 0)); then
    if ((status == 3)); then fact etcd stopped; else fact etcd silent; fi
    return 0
  fi
  fact etcd answers
  fact_of etcd.has-leader "$(metric "$metrics" etcd_server_has_leader)"
  fact_of etcd.is-leader "$(metric "$metrics" etcd_server_is_leader)"
  fact_of etcd.is-learner "$(metric "$metrics" etcd_server_is_learner)"
  fact_of etcd.size "$(metric "$metrics" etcd_mvcc_db_total_size_in_bytes)"
  fact_of etcd.quota "$(metric "$metrics" etcd_server_quota_backend_bytes)"
}

# cert_days: whole days until the first certificate of this server ends; nothing when there are none.
cert_days() {
  local file end first=''
  for file in "$K3S_DATA"/server/tls/*.crt; do
    if [[ ! -e $file ]]; then continue; fi
    end=$(openssl x509 -noout -enddate -in "$file" 2>/dev/null | cut -d = -f 2) || continue
    end=$(date -d "$end" +%s) || continue
    if [[ -z $first ]] || ((end < first)); then first=$end; fi
  done
  if [[ -n $first ]]; then printf '%s' "$(((first - $(date +%s)) / 86400))"; fi
}

# snapshot_hours: age of the newest snapshot of etcd here; none when there is none.
snapshot_hours() {
  local newest
  newest=$(find "$K3S_DATA/server/db/snapshots" -maxdepth 1 -type f -size +0 -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1 || true)
  if [[ -z $newest ]]; then printf none; else printf '%s' "$((($(date +%s) - ${newest%.*}) / 3600))"; fi
}

main() {
  need_args 2 "$@"
  SELF=$1
  fact disk.used "$(disk_used "$K3S_DATA")"
  tell_api "$2"
  tell_etcd
  fact_of cert.days "$(cert_days)"
  fact snapshot.hours "$(snapshot_hours)"
}

main "$@" </dev/null
