# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are written to PostgreSQL, and which of them the leader that is left has.
# Arguments: none; put before each script that says
#            `# needs: lib.sh perl.sh http.sh postgresql.sh marker.sh postgresql-marker.sh`.
# Secrets: APP_PASSWORD, in the file `secret` that psql reads.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

markers_of postgresql
MARKER_TABLE=keybuzz_marker

# One session of psql for as long as it lasts; a marker is a row. That a replica that commits wait for had it is what the
# leader's own setting says at that moment. A refused write ends psql with 3, a lost session with 2. An entry's address is
# `address:port`.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$PERL_LIBRARY'
use IPC::Open2;
my ($user, $table) = qw('"$APP $MARKER_TABLE"');
my ($directory, $token, @entries) = @ARGV;
my ($pid, $to, $from, $buffer) = (0, undef, undef, "");
@ENV{qw(PGPASSFILE PGCONNECT_TIMEOUT PGAPPNAME)} = ("$directory/secret", 2, "keybuzz-marker");
sub begin {
  my ($host, $port) = @_;
  $buffer = "";
  my @psql = qw(stdbuf -oL psql -X -q -A -t -v ON_ERROR_STOP=1);
  $pid = open2($from, $to, @psql, "-F", " ", "-h", $host, "-p", $port, "-U", $user, "-d", $user);
}
# row(seconds): the next line that psql prints; undef when it ends or takes too long.
sub row {
  my $end = now() + $_[0];
  while ($buffer !~ /\n/) {
    my $left = $end - now();
    my $bits = ""; vec($bits, fileno $from, 1) = 1;
    return undef if select($bits, undef, undef, $left > 0 ? $left : 0) < 1;
    return undef unless sysread $from, $buffer, 4096, length $buffer;
  }
  return $buffer =~ s/\A(.*)\n// ? $1 : undef;
}
# finish(): how psql ended; one that hangs is ended.
sub finish {
  my $gone = 0;
  for (1 .. 5) { last if ($gone = waitpid $pid, 1) != 0; nap(0.02) }
  my $status = $?;
  if ($gone == 0) { kill "KILL", $pid; waitpid $pid, 0 }
  close $to; close $from; $pid = 0;
  return $gone == 0 ? "unanswered" : $status >> 8 == 3 ? "refused" : "unreached";
}
sub mark {
  my ($name, $address, $marker) = @_;
  begin(split /:/, $address) unless $pid;
  syswrite $to, "insert into $table values (\x27$token\x27, \x27$name\x27, $marker) " .
    "returning host(inet_server_addr()), current_setting(\x27synchronous_standby_names\x27) <> \x27\x27;\n";
  my $row = row(1) // "";
  my $answered = now();
  return ("ok", $answered, $1, $2 eq "t" ? 1 : 0) if $row =~ /\A([0-9.]+) ([tf])\z/;
  return (finish(), $answered, "-", 0);
}
'$MARKER_LOOP

# On stdin `entry|marker` of each row that the leader that is left has; an empty first line when nobody was left to ask.
# Arguments after those of MARKER_LEDGERS: the leader's address.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$PERL_LIBRARY$MARKER_LEDGERS'
my ($primary) = @ARGV;
my (%kept, %words);
%words = (primary => "leader", safe => "a synchronous replica");
while (<STDIN>) { chomp; my ($who, $marker) = split /\|/; $kept{$who}{$marker} = 1 if defined $marker }
$nodes{$_->[1]} = $_->[1] for @oks;
sub kept { my ($who, $marker) = @_; return $kept{$who}{$marker} }
'$MARKER_JUDGE
