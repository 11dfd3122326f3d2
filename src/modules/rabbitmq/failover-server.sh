#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-cli.sh units.sh
#
# Purpose: take the chosen node out for maintenance and bring it back: drain, restart, serve again, when it is this host's.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: MONITOR_PASSWORD
# Changes: the node closes its clients' connections and gives its queues' leaders away; RabbitMQ is restarted.
# Exit codes: 0 it serves again, or another was chosen; 64 wrong use, 69 refused, 1 it did not come to its end.
# Safe to repeat: no: each time the node that is chosen then is restarted.

main() {
  need_args 3 "$@"
  use_secrets MONITOR_PASSWORD
  local start
  know_members "$1" "${@:2}"
  # Whom the approved preview shows is taken: asked again in the middle, another could have become the one.
  if ! applying; then
    choose_node
    if [[ $CHOSEN != "$OWN" ]]; then return 0; fi
  fi
  unit_of_port "$AMQP_PORT"
  change node "$UNIT" "drained and restarted; clients connect to the others"
  refuse_when_critical
  if ! applying; then return 0; fi
  fact node "$OWN"
  read -r start _ </proc/uptime
  # Queues that are about to have no majority without this node are waited for.
  run_cli rabbitmq-upgrade --timeout 60 await_online_quorum_plus_one
  run_cli rabbitmq-upgrade drain
  fact drained-after "$(seconds_since "$start")"
  if ! systemctl restart "$UNIT"; then fail_unit "$UNIT" restart; fi
  # Reviving is for a node that came back without a restart; one that was restarted serves by itself.
  if ! wait_for 100 node_whole; then
    fail "The node of $OWN does not serve, or does not see all others, 100 s after its restart." "See journalctl -u $UNIT; status rabbitmq."
  fi
  check switch pass "$(seconds_since "$start")s" "$OWN was drained, restarted and serves again"
}

main "$@" </dev/null
