#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh
#
# Purpose: say what this master's API knows of the applications, and what their names answer through each way in.
# Arguments: <own address> app=<name>,<host name>,<path>... way=<name>,<address>... (workers, and load balancers)
# Secrets: none
# Changes: nothing.
# Exit codes: 0 done, also when nothing answers; 64 wrong use.
# Safe to repeat: yes.

tell_apps() {
  # shellcheck disable=SC2016 # perl's own variables
  ask_apps '
    my @deployments = map {
      my ($status, $spec) = ($_->{status} // {}, $_->{spec});
      join ",", "name=$_->{metadata}{name}", "wanted=" . ($spec->{replicas} // 1), "available=" . ($status->{availableReplicas} // 0),
        "whole=" . (whole($_) ? "yes" : "no"), "image=" . word($spec->{template}{spec}{containers}[0]{image});
    } @$deployments;
    my @pods = map {
      my ($reason) = stuck($_);
      my $restarts = 0; $restarts += $_->{restartCount} // 0 for @{ $_->{status}{containerStatuses} // [] };
      join ",", "name=$_->{metadata}{name}", "app=" . word($_->{metadata}{labels}{"app.kubernetes.io/name"}),
        "node=" . word($_->{spec}{nodeName}), "ready=" . (is_ready($_) ? "yes" : "no"), "reason=" . word($reason), "restarts=$restarts";
    } @$listed;
    print "::fact apps.deployments ", join(" ", @deployments) || "none", "\n";
    print "::fact apps.pods ", join(" ", @pods) || "none", "\n";
  '
}

# tell_endpoints: for each Service how many of its addresses are ready.
tell_endpoints() {
  local slices
  slices=$(api_get "/apis/discovery.k8s.io/v1/namespaces/$APPS_NAMESPACE/endpointslices" "$SELF") || return 0
  # shellcheck disable=SC2016 # perl's own variables
  fact apps.endpoints "$(read_json '
    my %ready;
    for my $slice (@{ decode(join "", <STDIN>)->{items} // [] }) {
      my $service = $slice->{metadata}{labels}{"kubernetes.io/service-name"} // next;
      $ready{$service} += grep { $_->{conditions}{ready} // 1 } @{ $slice->{endpoints} // [] };
    }
    print join(" ", map { "service=$_,ready=$ready{$_}" } sort keys %ready) || "none"' <<<"$slices")"
}

# tell_keys <fact> <kind> <name>: what a ConfigMap or a Secret holds, by name; never its values.
tell_keys() {
  local object
  object=$(api_get "/api/v1/namespaces/$APPS_NAMESPACE/$2/$3" "$SELF") || object='{}'
  # shellcheck disable=SC2016 # perl's own variables
  fact "$1" "$(read_json 'print join(",", sort keys %{ decode(join "", <STDIN>)->{data} // {} }) || "none"' <<<"$object")"
}

# tell_way <way> <application>: `absent` where nobody listens on 443.
tell_way() {
  local way address app host path
  IFS=, read -r way address <<<"$1"
  IFS=, read -r app host path <<<"$2"
  if ! command -v curl >/dev/null; then fact "way.$way.$app" no-client; return 0; fi
  if ! port_status "$address" 443; then fact "way.$way.$app" absent; return 0; fi
  fact "way.$way.$app" "$(https_code "$address" "$host" "$path")"
}

main() {
  need_args 3 "$@"
  local word apps=() ways=() app way
  SELF=$1
  for word in "${@:2}"; do
    case $word in
      app=*) apps+=("${word#app=}") ;;
      way=*) ways+=("${word#way=}") ;;
      *) exit 64 ;;
    esac
  done
  for way in "${ways[@]}"; do
    for app in "${apps[@]}"; do tell_way "$way" "$app" & done
  done
  if [[ ! -x $K3S || ! -e $ADMIN_CONFIG ]] || ! listens "$API_PORT"; then
    fact api stopped
  elif ! tell_apps; then
    fact api silent
  else
    fact api answers
    tell_endpoints
    tell_keys apps.configuration configmaps back-ends
    tell_keys apps.secret secrets credentials
  fi
  wait
}

main "$@" </dev/null
