#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh amqp-perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-client.sh marker.sh rabbitmq-marker.sh
#
# Purpose: begin to publish markers through each HAProxy; a unit of its own goes on when this script and the worker end.
# Arguments: <name=address of each member, joined by commas> <name=address of each HAProxy>...
# Secrets: MONITOR_PASSWORD APP_PASSWORD
# Changes: a transient unit and a directory in /run on this host; quorum queues keybuzz-marker-<token>-<entry>, led by the node
#          that the move takes, so that the move is the worst that can happen to them.
# Exit codes: 0 every entry takes messages, 64 wrong use, 69 refused, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

# shellcheck disable=SC2016 # perl's own variables
MAKE_QUEUES='
my ($address, @queues) = @ARGV;
my $link = eval { enter($address, 3) };
if (defined $link) { $link->{seconds} = 10; eval { declare($link, $_, MARKER_ARGUMENTS()) for @queues; hang_up($link) } }
if ($@ ne "") { chomp $@; lose("The member at $address does not make the queues of the markers: $@.", "See entry and quorum-critical in status rabbitmq.") }
'

main() {
  need_args 2 "$@"
  use_secrets MONITOR_PASSWORD APP_PASSWORD
  local nodes entries=("${@:2}") member address='' queues=() entry
  announce_markers "${entries[@]}"
  if ! applying; then return 0; fi
  IFS=, read -r -a nodes <<<"$1"
  know_members none "${nodes[@]}"
  choose_node
  for member in "${MEMBERS[@]}"; do
    if [[ ${member%%=*} == "$CHOSEN" ]]; then address=${member#*=}; fi
  done
  prepare_markers
  for entry in "${entries[@]}"; do queues+=("keybuzz-marker-$(marker_token)-${entry%%=*}"); done
  run_client "$MARKER_QUEUE$MAKE_QUEUES" "$address" "${queues[@]}"
  printf '%s\n' "$APP_PASSWORD" >"$MARKER_DIRECTORY/secret"
  start_writer "$MARKER_WRITER" "${entries[@]}"
  await_writers entry "${entries[@]}"
}

main "$@" </dev/null
