# shellcheck shell=bash
# Purpose: a small Redis client for programs that keep connections open and count milliseconds: perl-base has all of it.
# Arguments: none; put before each script that says `# needs: ... perl.sh redis-perl.sh`.
# Secrets: REDIS_PASSWORD, SENTINEL_PASSWORD, read by the programs on their stdin, never from argv or environment.
# Changes: nothing.
# Exit codes: none of its own.
# Safe to repeat: yes.

# dial(address, port, password, seconds): a connection, or undef.
# put(connection, words...) sends; take(connection, seconds): the reply, a list for an array; dies with `timeout` or
# `closed`. An error reply is a string that begins with `-`. ask(connection, seconds, words...) is both.
# shellcheck disable=SC2016,SC2034 # perl's own variables; programs of other files begin with it
RESP_LIBRARY=$PERL_LIBRARY'
use IO::Socket::INET;
sub dial {
  my ($address, $port, $password, $seconds) = @_;
  my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Proto => "tcp", Timeout => $seconds)
    or return undef;
  my $link = { socket => $socket, buffer => "" };
  return $link if $password eq "";
  my $answer = eval { ask($link, $seconds, "AUTH", $password) };
  return defined $answer && $answer eq "OK" ? $link : undef;
}
sub put {
  my ($link, @words) = @_;
  my $text = "*" . @words . "\r\n" . join "", map { "\$" . length($_) . "\r\n$_\r\n" } @words;
  my $wrote = syswrite $link->{socket}, $text;
  die "closed\n" unless defined $wrote && $wrote == length $text;
}
sub fill {
  my ($link, $end) = @_;
  my $left = $end - now();
  my $bits = ""; vec($bits, fileno $link->{socket}, 1) = 1;
  die "timeout\n" if select($bits, undef, undef, $left > 0 ? $left : 0) < 1;
  my $got = sysread $link->{socket}, $link->{buffer}, 65536, length $link->{buffer};
  die "closed\n" unless $got;
}
sub part {
  my ($link, $end) = @_;
  fill($link, $end) while $link->{buffer} !~ /\r\n/;
  $link->{buffer} =~ s/\A(.)(.*?)\r\n//s;
  my ($type, $rest) = ($1, $2);
  if ($type eq "*") { return map { part($link, $end) } 1 .. $rest }
  return $type eq "-" ? "-$rest" : $rest unless $type eq "\$";
  return "" if $rest < 0;
  fill($link, $end) while length $link->{buffer} < $rest + 2;
  my $text = substr $link->{buffer}, 0, $rest;
  substr($link->{buffer}, 0, $rest + 2) = "";
  return $text;
}
sub take { my ($link, $seconds) = @_; my @all = part($link, now() + $seconds); return wantarray ? @all : $all[0] }
sub ask { my ($link, $seconds, @words) = @_; put($link, @words); return take($link, $seconds) }
# once(address, port, password, seconds, words...): asks on a connection of its own; an empty list when nobody answers.
sub once {
  my ($address, $port, $password, $seconds, @words) = @_;
  my $link = dial($address, $port, $password, $seconds) or return ();
  my @reply = eval { ask($link, $seconds, @words) };
  return @reply;
}
# majority(name, password, seconds, addresses...): the address that most of all Sentinels name master, or "".
sub majority {
  my ($name, $password, $seconds, @members) = @_;
  my %votes;
  for my $member (@members) {
    my ($address) = once($member, 26379, $password, $seconds, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", $name);
    $votes{$address}++ if defined $address && $address =~ /\A[0-9.]+\z/;
  }
  for my $address (keys %votes) { return $address if 2 * $votes{$address} > @members }
  return "";
}
# Passwords come as two lines on stdin: of Redis, of the Sentinels.
sub passwords { my @lines = map { my $line = <STDIN> // ""; chomp $line; $line } 1 .. 2; return @lines }
'

# run_perl <program> <argument>...: with the passwords on its stdin.
run_perl() {
  printf '%s\n%s\n' "$REDIS_PASSWORD" "$SENTINEL_PASSWORD" | perl -e "$RESP_LIBRARY$1" -- "${@:2}"
}
