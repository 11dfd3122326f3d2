#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh
#
# Purpose: delete a pod of each application, then drain a worker, and see that their names go on answering.
# Arguments: <own address> <worker to drain> <outage in seconds that is good> app=<name>,<host name>,<path>...
#            way=<worker>,<address>... (the drained one is not asked)
# Secrets: none
# Changes: pods are deleted, and move; the worker is cordoned and opened again.
# Exit codes: 0 every application is whole again, 64 wrong use, 69 refused, 1 it did not come to its end.
# Safe to repeat: no: each time pods are deleted.

DRAIN_SECONDS=120
WHOLE_SECONDS=120

# all_whole: every Deployment has all of its pods, ready.
# shellcheck disable=SC2016 # perl's own variables
all_whole() { [[ $(ask_apps 'print @$deployments && !grep({ !whole($_) } @$deployments) ? "yes" : "no"') == yes ]]; }

await_whole() {
  if ! wait_for "$WHOLE_SECONDS" all_whole; then
    fail "Not every application is whole again $WHOLE_SECONDS s after $1." "See rollouts and pods in status apps."
  fi
}

# watch_app <application>,<host name>,<path> <address>: a line `<uptime> <status>` for each answer, until it is killed.
watch_app() {
  local app host path
  IFS=, read -r app host path <<<"$1"
  while :; do
    printf '%s %s\n' "$(cut -d ' ' -f 1 /proc/uptime)" "$(https_code "$2" "$host" "$path")" >>"$SCRATCH_DIRECTORY/$app"
    sleep 0.1
  done
}

# delete_one <application>: its first pod by name.
delete_one() {
  local pod
  # shellcheck disable=SC2016 # perl's own variables
  pod=$(ask_apps 'my ($one) = sort map { $_->{metadata}{name} } grep { ($_->{metadata}{labels}{"app.kubernetes.io/name"} // "") eq $ARGV[0] } @$listed; print $one // ""' "$1")
  if [[ -n $pod ]]; then kube delete --raw "/api/v1/namespaces/$APPS_NAMESPACE/pods/$pod" >/dev/null; fi
}

# tell_outage <good, s>: the longest time between two answers with 200, over all applications.
tell_outage() {
  local file worst=0 gap each='' count=0
  for file in "$SCRATCH_DIRECTORY"/*; do
    gap=$(awk '$2 == 200 { if (seen && $1 - last > gap) gap = $1 - last; last = $1; seen = 1 } { end = $1 } END { if (!seen) print 9999; else { if (end - last > gap) gap = end - last; printf "%.2f", gap } }' "$file")
    count=$((count + $(wc -l <"$file")))
    each+=", ${file##*/} $gap s"
    worst=$(awk -v one="$worst" -v other="$gap" 'BEGIN { print (one > other ? one : other) }')
  done
  fact outage-seconds "$worst"
  check outage "$(awk -v gap="$worst" -v good="$1" 'BEGIN { print gap <= good ? "pass" : gap <= 60 ? "warn" : "fail" }')" "${worst}s" \
    "longest time without an answer 200 of $count: ${each#, }; target $1 s"
}

main() {
  need_args 5 "$@"
  local node=$2 good=$3 word app apps=() way='' watchers=() start
  # shellcheck disable=SC2034 # for the functions before us
  SELF=$1
  for word in "${@:4}"; do
    case $word in
      app=*) apps+=("${word#app=}") ;;
      way=*) if [[ $word != "way=$node,"* ]]; then way=${way:-${word#*,}}; fi ;;
      *) exit 64 ;;
    esac
  done
  change pods "$APPS_NAMESPACE" "one of each application deleted"
  change node "$node" "cordoned and drained, then opened again"
  if ! applying; then return 0; fi
  if ! all_whole; then refuse "Not every application is whole." "See rollouts in status apps."; fi
  scratch_directory
  for app in "${apps[@]}"; do
    watch_app "$app" "$way" &
    watchers+=("$!")
  done
  read -r start _ </proc/uptime
  for app in "${apps[@]}"; do delete_one "${app%%,*}"; done
  await_whole "pods were deleted"
  check replaced pass "$(seconds_since "$start")s" "every application has all of its pods again"
  mkdir -p "$K3S_HOME"
  printf '%s\n' "$node" >"$DRAINED_WORKER_FILE"
  read -r start _ </proc/uptime
  if ! timeout $((DRAIN_SECONDS + 20)) "$K3S" kubectl --kubeconfig "$ADMIN_CONFIG" drain "$node" --ignore-daemonsets \
    --delete-emptydir-data --timeout="${DRAIN_SECONDS}s"; then
    fail "$node could not be drained within $DRAIN_SECONDS s." "See its lines above: a PodDisruptionBudget may forbid it. It takes pods again."
  fi
  await_whole "$node was drained"
  check drained pass "$(seconds_since "$start")s" "every application has all of its pods without $node"
  kill "${watchers[@]}"
  wait "${watchers[@]}" 2>/dev/null || true
  tell_outage "$good"
}

main "$@" </dev/null
