#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh
#
# Purpose: say what this host's node knows of itself, of the cluster and of its queues; the worker compares the hosts.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: MONITOR_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when something is down: `broker` says so; 64 wrong use.
# Safe to repeat: yes.

# Names of hosts, not of nodes: rabbit@queue-01 is queue-01.
# shellcheck disable=SC2016 # perl's own variables
QUEUES_REPORT='
my (%leaders, @short, @few);
for my $queue (@queues) {
  $leaders{host($queue->{leader})}++;
  my ($members, $online) = map { scalar @{ $queue->{$_} // [] } } qw(members online);
  my $told = "$queue->{vhost}/$queue->{name} ($online of $members)";
  if ($online < $members) { push @short, $told } elsif ($members < $ARGV[0]) { push @few, $told }
}
fact("queues.count", scalar @queues);
fact("queues.short", scalar @short);
fact("queues.few", scalar @few);
my @named = @short ? @short : @few;
@named = @named[0 .. 4] if @named > 5;
fact("queues.named", join ", ", @named) if @named;
fact("queues.leaders", join " ", map { "host=$_,leads=$leaders{$_}" } sort keys %leaders) if %leaders;
'

# shellcheck disable=SC2016 # perl's own variables
FLAGS_REPORT='
my @off = grep { $_->{stability} ne "experimental" && $_->{state} ne "enabled" } @{ decode(join "", <STDIN>) };
fact("broker.flags-off", join(",", sort map { $_->{name} } @off) || "none");
'

# shellcheck disable=SC2016 # perl's own variables
OVERVIEW_REPORT='
my $overview = decode(join "", <STDIN>);
for my $name (qw(node cluster_name rabbitmq_version)) { fact("broker.$name", $overview->{$name}) if defined $overview->{$name} }
'

# shellcheck disable=SC2016 # perl's own variables
VHOST_REPORT='
my ($vhost) = grep { $_->{name} eq $ARGV[0] } @{ decode(join "", <STDIN>) };
fact("vhost.type", defined $vhost ? $vhost->{default_queue_type} // "classic" : "missing");
'

# health <fact> <path of a health check>: holds or fails; left out when nobody says.
health() {
  ask_api "$SELF" "/health/checks/$2"
  if [[ $WORD == answers ]]; then
    if [[ $CODE == 200 ]]; then fact "broker.$1" holds; else fact "broker.$1" fails; fi
  fi
}

# report <path> <perl program> [<argument>...]: left out when nobody says.
report() {
  ask_api "$SELF" "$1"
  if [[ $WORD == answers ]]; then read_json "${@:2}" <<<"$BODY"; fi
}

main() {
  need_args 2 "$@"
  use_secrets MONITOR_PASSWORD
  know_members "$1" "${@:2}"
  fact disk.used "$(disk_used "$RABBITMQ_DATA")"
  if listens "$AMQP_PORT"; then fact amqp listens; else fact amqp stopped; fi
  ask_api "$SELF" '/nodes?columns=name,running,partitions,being_drained,mem_alarm,disk_free_alarm'
  fact broker "$WORD"
  if [[ $WORD != answers ]]; then return 0; fi
  fact broker.nodes "$BODY"
  report '/overview?columns=node,cluster_name,rabbitmq_version' "$OVERVIEW_REPORT"
  health alarms local-alarms
  health vhosts virtual-hosts
  health critical node-is-quorum-critical
  report '/feature-flags?columns=name,state,stability' "$FLAGS_REPORT"
  report '/vhosts?disable_stats=true' "$VHOST_REPORT" "$VHOST"
  report "$QUEUES_PATH" "$QUORUM_QUEUES$QUEUES_REPORT" "${#MEMBERS[@]}"
}

main "$@" </dev/null
