#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh
#
# Purpose: take RabbitMQ off this host; its data stays, under another name.
# Arguments: <own name>
# Secrets: none
# Changes: RabbitMQ stopped and disabled, our configuration and the cookie removed, the data directory moved aside. The package
#          stays.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

FILES=("$RABBITMQ_FILE" /etc/rabbitmq/rabbitmq-env.conf /etc/rabbitmq/enabled_plugins "$RABBITMQ_COOKIE"
  "/etc/systemd/system/$RABBITMQ_UNIT.d/keybuzz.conf" "$RABBITMQ_HOME/joining")

main() {
  need_args 1 "$@"
  local state file
  state=$(state_of "$RABBITMQ_FILE" rabbitmq-server '^# Written by keybuzz')
  if [[ $state == foreign || ($state != ours && -n $(listener_of "$AMQP_PORT")) ]]; then
    refuse "The RabbitMQ on this host was not deployed by us." "Take it off by hand."
  fi
  stop_for_good "$RABBITMQ_UNIT"
  move_aside "$RABBITMQ_DATA"
  if [[ $state == ours ]]; then
    for file in "${FILES[@]}"; do remove_file "$file"; done
    if applying; then systemctl daemon-reload; fi
  fi
}

main "$@" </dev/null
