#!/usr/bin/env bash
# needs: lib.sh perl.sh amqp-perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-client.sh haproxy.sh
#
# Purpose: say whether the applications' user gets into RabbitMQ through port 5672 of this HAProxy, and into which cluster.
# Arguments: <own address>
# Secrets: APP_PASSWORD
# Changes: nothing; no queue is made.
# Exit codes: 0 done, also when nothing answers: `entry` says so; 64 wrong use.
# Safe to repeat: yes.

# shellcheck disable=SC2016 # perl's own variables
LOGIN='
my $link = eval { enter($ARGV[0], 3) };
fact("entry", defined $link ? "answers" : $@ =~ /\A([a-z-]+)\n/ ? $1 eq "closed" ? "silent" : $1 : "silent");
exit 0 unless defined $link;
fact("entry.cluster", $link->{cluster}) if defined $link->{cluster};
hang_up($link);
'

main() {
  need_args 1 "$@"
  use_secrets APP_PASSWORD
  local servers
  run_client "$LOGIN" "$1"
  if servers=$(haproxy_statistics); then fact entry.up "$(haproxy_up "$servers" "$BACKEND")"; fi
}

main "$@" </dev/null
