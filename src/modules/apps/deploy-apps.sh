#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-manifests.sh k3s-apps.sh
#
# Purpose: apply the applications to the cluster, and see each rollout to its end; one that fails is undone.
# Arguments: <own address> <seconds that a rollout may take> <number of applications> {<application>=<image>}...
#            {<name> <namespace> <manifest, a List in JSON>}... (first what all share, then each application's)
# Secrets: SESSION_KEY APP_PASSWORD REDIS_PASSWORD
# Changes: objects of the namespace keybuzz, applied by the server where they differ. The Secret goes to kubectl on its stdin.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 a rollout failed (the revision before serves on).
# Safe to repeat: yes; nothing that is as it should be is touched.

# A pod that can't begin for so long will not.
STUCK_SECONDS=20

require_images() {
  local app
  for app; do
    if [[ ${app#*=} =~ @sha256:[0-9a-f]{64}$ ]]; then continue; fi
    refuse "It is not said which image ${app%%=*} is." \
      "Enter version (its tag), sha256 (the digest of the image) and path (registry and name) of ${app%%=*} under pins in artifacts.yaml, beside servers.tsv."
  done
}

# secret_manifest [placeholder]: with what it holds, or with their names.
secret_manifest() {
  local name data=''
  for name in "${SECRETS[@]}"; do
    data+=", \"$name\": \"$(if [[ ${1:-} == placeholder ]]; then printf '<%s>' "$name"; else printf '%s' "${!name}" | base64 -w 0; fi)\""
  done
  printf '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Secret", "type": "Opaque", "metadata": {"name": "credentials", "namespace": "%s"}, "data": {%s}}]}' \
    "$APPS_NAMESPACE" "${data#, }"
}

# rollout <application>: prints whole, goes-on, late, or stuck and why. Only pods of the newest template count: those that aren't ready.
rollout() {
  # shellcheck disable=SC2016 # perl's own variables
  ask_apps '
    my ($one) = grep { $_->{metadata}{name} eq $ARGV[0] } @$deployments;
    if (!defined $one) { print "goes-on"; exit 0 }
    if (whole($one)) { print "whole"; exit 0 }
    my @why;
    for my $pod (grep { ($_->{metadata}{labels}{"app.kubernetes.io/name"} // "") eq $ARGV[0] && !is_ready($_) } @$listed) {
      my ($reason, $message) = stuck($pod);
      push @why, "$pod->{metadata}{name}: $reason" . ($message eq "" ? "" : " ($message)") if $reason ne "";
    }
    my ($progress) = grep { $_->{type} eq "Progressing" } @{ $one->{status}{conditions} // [] };
    my $late = ($progress->{status} // "") eq "False";
    print @why ? "stuck " . join("; ", @why) : $late ? "late" : "goes-on";
  ' "$1"
}

# follow <application> <seconds>: sets ROLLOUT to how it ended.
follow() {
  local end=$((SECONDS + $2)) since=''
  while ((SECONDS < end)); do
    ROLLOUT=$(rollout "$1") || ROLLOUT=goes-on
    case $ROLLOUT in
      whole) return 0 ;;
      late) return 1 ;;
      stuck*)
        since=${since:-$SECONDS}
        if ((SECONDS - since >= STUCK_SECONDS)); then return 1; fi
        ;;
      *) since='' ;;
    esac
    sleep 0.5
  done
  return 1
}

# has_former <application>: a revision before the present one is kept.
has_former() {
  local count
  # shellcheck disable=SC2016 # perl's own variables
  count=$(api_get "/apis/apps/v1/namespaces/$APPS_NAMESPACE/replicasets" "$SELF" | read_json '
    print scalar grep { my $one = $_; grep { $_->{name} eq $ARGV[0] } @{ $one->{metadata}{ownerReferences} // [] } } @{ decode(join "", <STDIN>)->{items} // [] }' "$1")
  ((count > 1))
}

# roll_out <application> <seconds>
roll_out() {
  local why after="There is no revision before it to go back to"
  if follow "$1" "$2"; then return 0; fi
  why=${ROLLOUT#stuck }
  case $why in
    goes-on | late) why="not all of its pods are ready" ;;
    *) ;;
  esac
  if has_former "$1"; then
    change rollout "$1" "undone"
    if kube rollout undo "deployment/$1" -n "$APPS_NAMESPACE" && follow "$1" "$2"; then
      after="The revision before it serves"
    else
      after="Going back to the revision before it did not come to its end either"
    fi
  fi
  fail "The rollout of $1 failed: $why. $after." \
    "Mend the image or what it needs, then deploy again: k3s kubectl -n $APPS_NAMESPACE describe pods shows more."
}

main() {
  need_args 7 "$@"
  use_secrets SESSION_KEY APP_PASSWORD REDIS_PASSWORD
  local seconds=$2 count=$3 app before
  SELF=$1
  shift 3
  local apps=("${@:1:count}")
  shift "$count"
  require_images "${apps[@]}"
  if applying && ! api_ready "$SELF"; then fail "The API of this master is not ready." "Deploy k3s first, or see status k3s."; fi
  ensure_manifest "$1" "$2" "$3"
  ensure_manifest credentials "$2" "$(secret_manifest)" "$(secret_manifest placeholder)"
  shift 3
  for app in "${apps[@]}"; do
    progress "$((count - $# / 3))/$count" "${app%%=*}"
    before=$CHANGES
    ensure_manifest "$1" "$2" "$3"
    shift 3
    if applying && ((CHANGES > before)); then roll_out "${app%%=*}" "$seconds"; fi
  done
}

main "$@" </dev/null
