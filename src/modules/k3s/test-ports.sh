#!/usr/bin/env bash
# needs: lib.sh perl.sh
#
# Purpose: before anything is changed: do packets of the cluster come through, from this host to each other and back?
# Arguments: <longest time, s> <own address> <own ports, as 6443,8472/udp> <name=address=ports that this host must reach there>...
# Secrets: none
# Changes: nothing; on ports where nobody listens yet it listens itself for as long as it runs.
# Exit codes: 0 every port comes through, 64 wrong use, 1 not.
# Safe to repeat: yes. All nodes run it at the same time: each is the other end of the others' questions.

# A question is answered by its own text. Where K3s listens already, that it takes the connection will do (tcp), or the question
# is left out (udp): its own overlay shows whether that works. Whoever has its answers says so to all; the last one ends.
# shellcheck disable=SC2016 # perl's own variables
PORTS=$PERL_LIBRARY'
use Errno qw(EADDRINUSE ECONNREFUSED); use IO::Socket::INET; use IO::Select;
my ($seconds, $own, $ports, @peers) = @ARGV;
my ($select, %kind, %away, %left, %done, $held) = (IO::Select->new);
sub parts { my ($port) = @_; return $port =~ m{\A(\d+)/udp\z} ? ($1, "udp") : ($port, "tcp") }
for my $port (split /,/, $ports) {
  my ($number, $protocol) = parts($port);
  my $socket = IO::Socket::INET->new(LocalAddr => $own, LocalPort => $number, Proto => $protocol,
    ($protocol eq "tcp" ? (Listen => 32, ReuseAddr => 1) : ()));
  if (!defined $socket) { die "port $port: $!\n" unless $! == EADDRINUSE; $held = 1; next }
  $kind{$socket} = $protocol eq "tcp" ? "listener" : "udp";
  $select->add($socket);
}
for my $peer (@peers) {
  my ($name, $address, $asked) = split /=/, $peer;
  $away{$address} = $name;
  $left{"$address $_"} = "$name:$_" for split /,/, $asked;
}
# Answers whoever asks, for so long.
sub serve {
  my $end = now() + $_[0];
  do {
    for my $socket ($select->can_read(0.02)) {
      my $what = $kind{$socket};
      if ($what eq "listener") { my $link = $socket->accept or next; $kind{$link} = "link"; $select->add($link); next }
      my $text = "";
      my $from = $what eq "udp" ? $socket->recv($text, 512) : sysread $socket, $text, 512;
      if ($what eq "udp") { $socket->send("answer $text", 0, $from) if defined $from && $text =~ /\Aask/; next }
      if (!$from) { $select->remove($socket); close $socket; next }
      if ($text =~ /\Adone (\S+)/) { $done{$1} = 1 }
      syswrite $socket, "answer $text";
    }
  } while now() < $end;
}
# ask(address, port, text): yes, no, or held when somebody of another kind listens there.
sub ask {
  my ($address, $port, $text) = @_;
  my ($number, $protocol) = parts($port);
  my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $number, Proto => $protocol, LocalAddr => $own, Blocking => 0) or return "no";
  my $wait = IO::Select->new($socket);
  my $end = now() + 1;
  if ($protocol eq "tcp") {
    serve(0) while now() < $end && !$wait->can_write(0);
    return "no" unless $wait->can_write(0) && $socket->connected;
  }
  $socket->send($text);
  $end = now() + 0.5;
  serve(0) while now() < $end && !$wait->can_read(0);
  return $protocol eq "tcp" ? "held" : "no" unless $wait->can_read(0);
  sysread $socket, my $answer, 512;
  return ($answer // "") =~ /\Aanswer/ ? "yes" : $protocol eq "tcp" ? "held" : "no";
}
my ($end, %told, %held) = (now() + $seconds);
while (now() < $end) {
  for my $question (sort keys %left) {
    my ($address, $port) = split / /, $question;
    my $answer = ask($address, $port, "ask $own");
    $held{$address} = 1 if $answer eq "held";
    delete $left{$question} if $answer ne "no" || ($port =~ /udp/ && ($held || $held{$address}));
  }
  if (!%left) {
    for my $peer (@peers) {
      my ($name, $address, $asked) = split /=/, $peer;
      next if $told{$address} || $held{$address};
      my ($port) = grep { !/udp/ } split /,/, $asked;
      $told{$address} = 1 if !defined $port || ask($address, $port, "done $own") eq "yes";
    }
    last unless grep { !$told{$_} && !$held{$_} || !$done{$_} && !$held{$_} } keys %away;
  }
  serve(0.1);
}
my @left = map { $left{$_} } sort keys %left;
fact("ports.blocked", join(",", @left) || "none");
lose("From this host nobody is reached at " . join(", ", @left) . ", within $seconds s.",
  "Open them on those hosts for the private network (deploy base does; a cloud firewall may stand between), then repeat.") if @left;
'

main() {
  need_args 4 "$@"
  perl -e "$PORTS" -- "$@"
}

main "$@" </dev/null
