#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh amqp-perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-client.sh marker.sh rabbitmq-marker.sh
#
# Purpose: end the markers, consume them all, tell what the move cost, and take queues and files away.
# Arguments: <name=address of each member, joined by commas> <outage in seconds that is good> <name=address of each HAProxy>...
# Secrets: MONITOR_PASSWORD APP_PASSWORD
# Changes: the writer's unit, directory and queues go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

# report <addresses> <outage that is good> <entries' names, joined by commas>
report() { run_client "$MARKER_REPORT" "$MARKER_DIRECTORY" "$(marker_token)" "$2" "$3" "$1"; }

main() {
  need_args 3 "$@"
  use_secrets MONITOR_PASSWORD APP_PASSWORD
  local nodes
  if ! applying; then return 0; fi
  IFS=, read -r -a nodes <<<"$1"
  know_members none "${nodes[@]}"
  tell_markers report "$(IFS=, && printf '%s' "${ADDRESSES[*]}")" "$2" "$(entry_names "${@:3}")"
}

main "$@" </dev/null
