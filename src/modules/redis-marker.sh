# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are written to Redis, and which of them the master that is left has.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh redis.sh redis-perl.sh marker.sh redis-marker.sh`.
# Secrets: REDIS_PASSWORD, SENTINEL_PASSWORD.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

markers_of redis

# A marker is a bit of the entry's own key, so that a thousand of them are 125 bytes; the keys go an hour later. The node
# is told by its run_id.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$RESP_LIBRARY'
my ($directory, $token, @entries) = @ARGV;
open my $file, "<", "$directory/secret" or die "no secret: $!";
my $password = <$file>; chomp $password; close $file; unlink "$directory/secret";
my ($link, $node, $attached) = (undef, "-", 2);
sub mark {
  my ($name, $address, $marker) = @_;
  my $key = "keybuzz:marker:$token:$name";
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
  undef $link if $error ne "";
  return ($answer, $answered, $node, $had);
}
'$MARKER_LOOP

# Arguments after those of MARKER_LEDGERS: master name, addresses of the members joined by commas.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$MARKER_LEDGERS'
my ($redis, $sentinel) = passwords();
my ($master_name, $members) = @ARGV;
my @members = split /,/, $members;
my %words = (primary => "master", safe => "every attached replica");
my ($primary, %bits) = ("");
for (1 .. 100) {
  $primary = majority($master_name, $sentinel, 0.3, @members);
  if ($primary ne "" && (my $link = dial($primary, 6379, $redis, 1))) {
    my ($role) = eval { ask($link, 1, "ROLE") };
    if (defined $role && $role eq "master") {
      $bits{$_} = ask($link, 2, "GET", "keybuzz:marker:$token:$_") for @names;
      ask($link, 2, "DEL", map { "keybuzz:marker:$token:$_" } @names);
      last;
    }
  }
  $primary = "";
  nap(0.2);
}
sub kept {
  my ($who, $marker) = @_;
  my $byte = unpack "C", substr($bits{$who} // "", $marker >> 3, 1) . "\0";
  return $byte & (128 >> ($marker & 7));
}
'$MARKER_JUDGE
