#!/usr/bin/env bash
# needs: lib.sh
#
# Purpose: ask ports in their own protocol, and the resolver for names, as the clients of the load balancers would.
# Arguments: port=<load balancer>,<address>,<port>,<protocol> and name=<name>, any number of each
# Secrets: none
# Changes: nothing; a request says nothing but its protocol's greeting.
# Exit codes: 0 done, whatever answers; 64 wrong use.
# Safe to repeat: yes.

# Seconds for one answer.
ANSWER_SECONDS=3

# <address> <port> <protocol> <seconds>: prints answers, refused, silent or odd.
# shellcheck disable=SC2016 # perl's own variables
ASK_PORT='
use strict; use warnings; use Errno qw(ECONNREFUSED); use IO::Socket::INET;
my ($address, $port, $protocol, $seconds) = @ARGV;
my $hello = pack("H*", "0303" . "00" x 32 . "00" . "0004c02fc030" . "0100");
my %ask = (
  postgresql => [pack("NN", 8, 80877103), qr/\A[SN]\z/],
  redis => ["PING\r\n", qr/\A[+-]/],
  amqp => ["AMQP\0\0\x09\x01", qr/\A\x01\0\0/],
  mysql => ["", qr/\A...\0\x0a/s],
  http => ["GET /healthz HTTP/1.0\r\nHost: $address\r\n\r\n", qr{\AHTTP/1\.[01] [23]}],
  tls => [pack("H*", "160301") . pack("n", 4 + length $hello) . "\x01\0" . pack("n", length $hello) . $hello, qr/\A[\x15\x16]\x03/],
);
my ($say, $expected) = @{ $ask{$protocol} or exit 64 };
sub told { print "$_[0]\n"; exit 0 }
$SIG{ALRM} = $SIG{PIPE} = sub { told("silent") };
alarm $seconds;
my $socket = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Proto => "tcp", Timeout => $seconds)
  or told($! == ECONNREFUSED ? "refused" : "silent");
syswrite $socket, $say if length $say;
my $answer = "";
while (sysread $socket, $answer, 64, length $answer) { told("answers") if $answer =~ $expected; last if length $answer > 16 }
told(length $answer ? "odd" : "silent");
'

# ask_port <load balancer>,<address>,<port>,<protocol>
ask_port() {
  local name address port protocol
  IFS=, read -r name address port protocol <<<"$1"
  fact "request.$name.$port" "$(perl -e "$ASK_PORT" "$address" "$port" "$protocol" "$ANSWER_SECONDS" || echo silent)"
}

ask_name() {
  fact "dns.$1" "$(getent ahostsv4 "$1" | awk '{ print $1 }' | sort -u | paste -sd , || true)"
}

main() {
  need_args 1 "$@"
  local word
  for word; do
    case $word in
      port=*) ask_port "${word#port=}" & ;;
      name=*) ask_name "${word#name=}" & ;;
      *) exit 64 ;;
    esac
  done
  wait
}

main "$@" </dev/null
