#!/usr/bin/env bash
# needs: lib.sh perl.sh amqp-perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-client.sh
#
# Purpose: prove that what is published through this HAProxy is confirmed, and consumed through it again.
# Arguments: <own name> <own address>
# Secrets: APP_PASSWORD
# Changes: one quorum queue `keybuzz-probe-<own name>-<random>`, deleted at the end, and gone by itself after 60 s without use.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

# shellcheck disable=SC2016 # perl's own variables
PROBE='
my ($name, $address, $token) = @ARGV;
my ($queue, $doing, $link, $start) = ("keybuzz-probe-$name-$token", "enter", undef, now());
sub does { my ($at, $what) = @_; $doing = $what; print "::progress $at/4 $what\n" }
eval {
  $link = enter($address, 3);
  does(1, "declare a quorum queue");
  $link->{seconds} = 10;
  declare($link, $queue, "x-expires" => 60000);
  does(2, "publish, and wait for the confirmation");
  confirms($link);
  confirmed($link, publish($link, $queue, $token), 5);
  does(3, "consume and acknowledge");
  my ($tag, $body) = get($link, $queue);
  die "empty\n" unless defined $body;
  die "another-message\n" unless $body eq $token;
  ack($link, $tag);
  die "not-empty\n" if declare($link, $queue, "x-expires" => 60000) > 0;
};
my $error = $@;
my $took = now() - $start;
eval { does(4, "delete") if $error eq ""; remove($link, $queue); hang_up($link) } if defined $link;
$error ||= $@;
if ($error ne "") {
  chomp $error;
  lose("Through HAProxy at $address it was not possible to $doing: $error.", "See the module\x27s checks: entry, quorum-critical, alarms.");
}
told("probe", "pass", sprintf("%.2fs", $took), "published, confirmed, consumed and acknowledged on a quorum queue through HAProxy");
'

main() {
  need_args 2 "$@"
  use_secrets APP_PASSWORD
  run_client "$PROBE" "$1" "$2" "$(cat /proc/sys/kernel/random/uuid)"
}

main "$@" </dev/null
