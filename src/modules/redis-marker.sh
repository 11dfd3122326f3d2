# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: write markers through the real entry points while the master moves, and tell afterwards what it cost.
# Arguments: none; put before each script that says `# needs: lib.sh redis.sh redis-perl.sh redis-marker.sh`.
# Secrets: REDIS_PASSWORD, SENTINEL_PASSWORD.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

MARKER_UNIT=keybuzz-marker-redis.service
MARKER_DIRECTORY=/run/keybuzz-marker-redis
MARKER_VERDICT=/run/keybuzz-marker-redis.verdict
# The writers end by themselves, whoever forgets them, and their keys go an hour later.
MARKER_SECONDS_MAX=900

# One process for each entry. A marker is a bit of the entry's own key, so that a thousand of them are 125 bytes. A line
# of its ledger: marker, sent, answered, answer, run_id of the node, whether every attached replica had it.
# Arguments: directory, token, `name=address` of each entry.
# shellcheck disable=SC2016,SC2034 # perl's own variables; used by the scripts behind us
MARKER_WRITER='
my ($directory, $token, @entries) = @ARGV;
open my $file, "<", "$directory/secret" or die "no secret: $!";
my $password = <$file>; chomp $password; close $file; unlink "$directory/secret";
my @children;
for my $entry (@entries) {
  my $child = fork() // die "fork: $!";
  if ($child == 0) { writer(split /=/, $entry, 2); exit 0 }
  push @children, $child;
}
$SIG{TERM} = sub { kill "TERM", @children; exit 0 };
waitpid $_, 0 for @children;
sub writer {
  my ($name, $address) = @_;
  open my $ledger, ">>", "$directory/ledger-$name" or die "ledger: $!";
  $ledger->autoflush(1);
  open $UPTIME, "<", "/proc/uptime" or die;
  my $key = "keybuzz:marker:$token:$name";
  my ($link, $node, $attached) = (undef, "-", 2);
  for my $marker (0 .. 60000) {
    my $sent = now();
    my ($answer, $had) = ("unreached", 0);
    eval {
      if (!defined $link) {
        $link = dial($address, 6379, $password, 1) or die "unreached\n";
        $node = ask($link, 1, "INFO", "server") =~ /^run_id:(\w+)/m ? $1 : "-";
      }
      $answer = "unanswered";
      put($link, "SETBIT", $key, $marker, 1);
      my $reply = take($link, 1);
      if ($reply =~ /\A-(\w+)/) { $answer = $1; die "refused\n" }
      $answer = "ok";
    };
    my $error = $@;
    my $answered = now();
    if ($answer eq "ok") {
      eval {
        put($link, "EXPIRE", $key, 3600) if $marker % 50 == 0;
        put($link, "WAIT", $attached || 1, 40);
        put($link, "INFO", "replication");
        take($link, 1) if $marker % 50 == 0;
        my $by = take($link, 1);
        my $now = take($link, 1) =~ /^connected_slaves:(\d+)/m ? $1 : 0;
        $had = $now > 0 && $by >= $now && $by >= $attached ? 1 : 0;
        $attached = $now;
      };
      $error = $@;
    }
    print $ledger "$marker $sent $answered $answer $node $had\n";
    undef $link if $error ne "";
    nap(0.025);
  }
}
'

# What the ledgers say, beside what the master that is left has. Arguments: directory, token, master name, seconds that
# count as good, addresses of the members joined by commas, `name=address` of each entry.
# shellcheck disable=SC2016,SC2034 # perl's own variables; used by the scripts behind us
MARKER_REPORT='
my ($redis, $sentinel) = passwords();
my ($directory, $token, $name, $target, $members, @entries) = @ARGV;
my @members = split /,/, $members;
my %nodes;
if (open my $file, "<", "$directory/nodes") { while (<$file>) { my ($id, $who) = split; $nodes{$id} = $who } }
my (@oks, %gaps, %answers, %acknowledged);
my $end = now();
for my $entry (@entries) {
  my ($who) = split /=/, $entry;
  my ($last, $gap, $ledger) = (undef, 0);
  open $ledger, "<", "$directory/ledger-$who" or next;
  while (<$ledger>) {
    my ($marker, $sent, $answered, $answer, $node, $had) = split;
    next unless defined $had;
    $answers{$answer}++;
    $last //= $sent;
    next if $answer ne "ok";
    my $wait = $answered - $last;
    $gap = $wait if $wait > $gap;
    $last = $answered;
    push @oks, [$answered, $node];
    $acknowledged{$who}{$marker} = $had;
  }
  my $tail = $end - ($last // $end);
  $gap = $tail if $tail > $gap;
  $gaps{$who} = $gap;
}
# The longest time in which one node answered after another had begun to: one move of the master is one change of node.
@oks = sort { $a->[0] <=> $b->[0] } @oks;
my ($both, $first, $changed) = (0);
for my $at (1 .. $#oks) {
  next if $oks[$at][1] eq $oks[$at - 1][1];
  my $time = $oks[$at][0];
  if (defined $changed && $time - $changed < 5) { $both = $time - $first if $time - $first > $both }
  else { $first = $time }
  $changed = $time;
}
my ($master, %bits) = ("");
for (1 .. 100) {
  $master = majority($name, $sentinel, 0.3, @members);
  if ($master ne "" && (my $link = dial($master, 6379, $redis, 1))) {
    my ($role) = eval { ask($link, 1, "ROLE") };
    if (defined $role && $role eq "master") {
      for my $entry (@entries) { my ($who) = split /=/, $entry; $bits{$who} = ask($link, 2, "GET", "keybuzz:marker:$token:$who") }
      ask($link, 2, "DEL", map { my ($who) = split /=/; "keybuzz:marker:$token:$who" } @entries);
      last;
    }
  }
  $master = "";
  nap(0.2);
}
my ($all, $lost, $grave, $safe) = (0, 0, 0, 0);
for my $who (keys %acknowledged) {
  for my $marker (keys %{ $acknowledged{$who} }) {
    $all++;
    my $had = $acknowledged{$who}{$marker};
    $safe++ if $had;
    my $byte = unpack "C", substr($bits{$who} // "", $marker >> 3, 1) . "\0";
    next if $byte & (128 >> ($marker & 7));
    $lost++;
    $grave++ if $had;
  }
}
my ($worst) = sort { $b <=> $a } values %gaps, 0;
my $each = join ", ", map { sprintf "%s %.2f s", $_, $gaps{$_} } sort keys %gaps;
my $verdict = "pass";
sub result { my ($id, $answer, $value, $text) = @_; $verdict = "fail" if $answer eq "fail" || $answer eq "unknown"; told($id, $answer, $value, $text) }
if (!$all) { result("outage", "unknown", "-", "no marker was acknowledged at any time") }
else {
  my $answer = $worst <= $target ? "pass" : $worst <= 60 ? "warn" : "fail";
  result("outage", $answer, sprintf("%.2fs", $worst), "longest time without an acknowledged write: $each; target $target s");
}
my $counted = "$all acknowledged through @{[scalar @entries]} entries, $safe of them by every attached replica";
if ($master eq "") { result("lost-writes", "unknown", "-", "no master was left to ask; $counted") }
else {
  result("lost-writes", $grave ? "fail" : $lost ? "warn" : "pass", $grave,
    "$grave lost of those that every attached replica had, $lost of all that were acknowledged; $counted");
}
my %seen = map { $_->[1] => 1 } @oks;
my $names = join ", ", sort map { $nodes{$_} // substr $_, 0, 8 } keys %seen;
result("two-masters", $both > 1 ? "fail" : "pass", sprintf("%.2fs", $both),
  "so long two nodes answered writes through HAProxy; nodes that answered: " . ($names || "none"));
fact("outage-seconds", sprintf "%.2f", $worst);
fact("outage-$_", sprintf "%.2f", $gaps{$_}) for sort keys %gaps;
fact("acknowledged", $all);
fact("acknowledged-by-all", $safe);
fact("lost", $lost);
fact("lost-by-all", $grave);
fact("answers", join " ", map { "$_=$answers{$_}" } sort keys %answers);
fact("verdict", $verdict);
'
