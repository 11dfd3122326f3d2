#!/usr/bin/env bash
# needs: lib.sh perl.sh redis.sh redis-perl.sh
#
# Purpose: hand the role of the master over to a replica that has every write, when this host is the master.
# Arguments: <own address> <master name> <address of each member, own too>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: writes wait for at most half of the Sentinels' down-after; the master becomes a replica of the new one.
# Exit codes: 0 another is master, or this is none; 64 wrong use, 69 refused, 1 it was not handed over.
# Safe to repeat: no: each time the master of that moment hands over.

# Sentinels call a master that does not answer for down-after down; a pause of writes has to end long before that.
# Two masters at a time: the old one is told to follow while its writes still wait (Sentinel itself does it 10 s later).
# shellcheck disable=SC2016 # perl's own variables
SWITCH='
my ($redis, $sentinel) = passwords();
my ($own, $name, @members) = @ARGV;
my @others = grep { $_ ne $own } @members;
my ($paused, $told) = (0, 0);
my $old = dial($own, 6379, $redis, 1) or lose("The Redis of this host does not answer.", "See status redis.");
my $watch = dial($own, 26379, $sentinel, 1) or lose("The Sentinel of this host does not answer.", "See status redis.");
my %links = map { $_ => dial($_, 6379, $redis, 1) // lose("The Redis at $_ does not answer.", "See status redis.") } @others;
$SIG{TERM} = $SIG{INT} = sub { exit 1 };
END {
  my $status = $?;
  # Once Sentinel was told to, writes here would be lost: then the pause ends by itself.
  if ($paused && !$told) { once($own, 6379, $redis, 1, "CLIENT", "UNPAUSE") }
  $? = $status;
}
my %facts = ask($watch, 1, "SENTINEL", "MASTER", $name);
my $pause = ($facts{"down-after-milliseconds"} // 5000) / 2000;
sub offset { my ($link, $field) = @_; ask($link, 1, "INFO", "replication") =~ /^$field:(\d+)/m ? $1 : -1 }

my $start = now();
my $reply = ask($old, 1, "CLIENT", "PAUSE", int($pause * 1000), "WRITE");
lose("Redis refused to pause writes: $reply", "Its version may not know CLIENT PAUSE ... WRITE (6.2 or newer).") if $reply ne "OK";
$paused = 1;
my $level = 0;
until ($level) {
  lose("The replicas did not catch up while writes waited; nothing was moved.", "See replication-lag in status redis.")
    if now() > $start + $pause / 3;
  my $wanted = offset($old, "master_repl_offset");
  $level = $wanted >= 0 && !grep { offset($_, "slave_repl_offset") < $wanted } values %links;
  nap(0.01) unless $level;
}
$reply = ask($watch, 1, "SENTINEL", "FAILOVER", $name);
lose("Sentinel refuses a failover: $reply", "Wait until its last one has settled (status redis), then repeat.") if $reply ne "OK";
$told = 1;
my $new = "";
until ($new ne "") {
  lose("No replica became master within 20 s; Sentinel may still move it.", "See status redis, then repeat.")
    if now() > $start + 20;
  for my $address (@others) {
    # Sentinel makes the new master close its clients.
    my ($role) = once($address, 6379, $redis, 0.3, "ROLE");
    $new = $address if defined $role && $role eq "master";
  }
  nap(0.01) if $new eq "";
}
$reply = ask($old, 1, "REPLICAOF", $new, 6379);
lose("The old master refused to follow $new: $reply", "Sentinel makes it follow some 10 s later.") if $reply ne "OK";
my $moved = now() - $start;
once($own, 6379, $redis, 1, "CLIENT", "UNPAUSE");
$paused = 0;
fact("old-master", $own);
fact("new-master", $new);
until (majority($name, $sentinel, 0.3, @members) eq $new) {
  lose("The Sentinels do not name $new master after 20 s.", "See status redis.") if now() > $start + 20;
  nap(0.1);
}
told("switch", "pass", sprintf("%.2fs", $moved), "$own handed over to $new with all replicas level; writes waited so long");
'

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  find_master "$1" "$2" "${@:3}"
  if [[ $MASTER_FROM != sentinels ]]; then
    refuse "No Sentinel names a master, so none can be moved." "Start the Sentinels; see status redis."
  fi
  if [[ $MASTER != "$1" ]]; then return 0; fi
  change primary redis "handed over to a replica; writes wait meanwhile"
  if applying; then run_perl "$SWITCH" "$@"; fi
}

main "$@" </dev/null
