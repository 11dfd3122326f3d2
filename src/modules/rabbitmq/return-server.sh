#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-cli.sh units.sh
#
# Purpose: start again what a move stopped on this host, and let a node that is still drained serve again.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: MONITOR_PASSWORD
# Changes: removes the drill's drop-in in /run; starts RabbitMQ where it is enabled and does not run; revives a drained node.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 1 it does not start, or does not serve.
# Safe to repeat: yes.

serves() { listens "$AMQP_PORT"; }

main() {
  need_args 3 "$@"
  use_secrets MONITOR_PASSWORD
  know_members "$1" "${@:2}"
  if ! applying; then
    change service "$RABBITMQ_UNIT" "started again or revived, should it be stopped or drained then"
    return 0
  fi
  start_again "$RABBITMQ_UNIT"
  if ((STARTED == 0)) && serves; then return 0; fi
  # A drained node runs without its listeners.
  if ((STARTED == 0)); then
    change service "$RABBITMQ_UNIT" revived
    run_cli rabbitmq-upgrade revive
  fi
  if ! wait_for 120 node_whole; then
    fail "RabbitMQ runs again, but does not serve or does not see all others after 120 s." "See /var/log/rabbitmq on the host, and status rabbitmq."
  fi
}

main "$@" </dev/null
