# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: what the API says of the applications' Deployments and pods.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh`.
# Secrets: none.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

APPS_NAMESPACE=keybuzz
# Name of the worker that a drill drained, on the master that did it.
DRAINED_WORKER_FILE=$K3S_HOME/drained-worker

# On stdin Deployments, a record separator, pods: what this program is followed by has @deployments and @pods, each pod with {why}: the
# reason why a container of it does not come up (empty: none).
# shellcheck disable=SC2016 # perl's own variables
APPS_READER='
my ($deployments, $listed) = map { decode($_)->{items} // [] } split /\x1e/, join "", <STDIN>;
sub word { my ($text) = @_; $text = defined $text && $text ne "" ? $text : "none"; $text =~ s/[\s,=]+/_/g; return $text }
sub stuck {
  my ($pod) = @_;
  my $status = $pod->{status} // {};
  for my $one (@{ $status->{initContainerStatuses} // [] }, @{ $status->{containerStatuses} // [] }) {
    my $waiting = $one->{state}{waiting} or next;
    return ($waiting->{reason}, $waiting->{message} // "") if ($waiting->{reason} // "") =~ /\A(?:ErrImage|ImagePull|InvalidImage|Crash|Create|Run)/;
  }
  for my $one (@{ $status->{conditions} // [] }) {
    return ($one->{reason} // "Unschedulable", $one->{message} // "") if $one->{type} eq "PodScheduled" && $one->{status} eq "False";
  }
  return ("", "");
}
sub is_ready { my ($pod) = @_; return scalar grep { $_->{type} eq "Ready" && $_->{status} eq "True" } @{ $pod->{status}{conditions} // [] } }
# whole(deployment): all of its pods are of its newest template, and ready.
sub whole {
  my ($one) = @_;
  my $status = $one->{status} // {};
  my $wanted = $one->{spec}{replicas} // 1;
  return ($status->{observedGeneration} // 0) >= $one->{metadata}{generation} && ($status->{updatedReplicas} // 0) == $wanted
    && ($status->{availableReplicas} // 0) == $wanted && ($status->{replicas} // 0) == $wanted;
}
'

# ask_apps <program> [<argument>...]: what it prints of the applications; fails when the API does not answer.
ask_apps() {
  local deployments pods
  deployments=$(api_get "/apis/apps/v1/namespaces/$APPS_NAMESPACE/deployments" "$SELF") || return 1
  pods=$(api_get "/api/v1/namespaces/$APPS_NAMESPACE/pods" "$SELF") || return 1
  printf '%s\x1e%s' "$deployments" "$pods" | read_json "$APPS_READER$1" "${@:2}"
}

# https_code <address> <host name> <path>: the status that the ingress there answers; none when there is no answer.
https_code() {
  local code=''
  code=$(curl -sk -o /dev/null -w '%{http_code}' --max-time 5 --resolve "$2:443:$1" "https://$2$3" 2>/dev/null) || true
  if [[ -z $code || $code == 000 ]]; then code=none; fi
  printf '%s' "$code"
}
