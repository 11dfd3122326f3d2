#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh units.sh
#
# Purpose: kill the chosen node without a warning, when it is this host's, and see its queues led by others.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: MONITOR_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting RabbitMQ again (return-server.sh removes it); RabbitMQ is killed.
# Exit codes: 0 others lead, or another was chosen; 64 wrong use, 69 refused, 1 they don't, or it can't be killed.
# Safe to repeat: no: each time the node that is chosen then is killed.

# What the others still ask of the node that is gone has to time out first.
TAKEOVER_SECONDS=90

# others_lead: a member that is left answers, does not count this host among those that run, and no queue is led from here.
others_lead() {
  local address
  for address in "${ADDRESSES[@]}"; do
    if [[ $address == "$SELF" ]]; then continue; fi
    ask_api "$address" "$QUEUES_PATH"
    if [[ $WORD != answers ]]; then continue; fi
    # shellcheck disable=SC2016 # perl's own variables
    if ! read_json "$QUORUM_QUEUES"' exit scalar grep { host($_->{leader}) eq $ARGV[0] || ($_->{leader} // "") eq "" } @queues' "$OWN" <<<"$BODY"; then return 1; fi
    if running_nodes "$address" | grep -qxF -- "$OWN"; then return 1; fi
    return 0
  done
  return 1
}

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
  change node "$UNIT" "killed (SIGKILL), kept stopped until others lead its queues"
  refuse_when_critical
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  fact node "$OWN"
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$AMQP_PORT"
  if ! wait_for "$TAKEOVER_SECONDS" others_lead; then
    fail "The other members don't lead the queues of $OWN within $TAKEOVER_SECONDS s." "See /var/log/rabbitmq on the members; status rabbitmq."
  fi
  check takeover pass "$(seconds_since "$start")s" "others lead the queues that $OWN led"
}

main "$@" </dev/null
