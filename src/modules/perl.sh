# shellcheck shell=bash
# Purpose: what small perl programs share: a clock that only goes forward, and what scripts print. perl-base has all of it.
# Arguments: none; put before each script that says `# needs: ... perl.sh`.
# Secrets: none.
# Changes: nothing.
# Exit codes: none of its own.
# Safe to repeat: yes.

# now(): seconds since boot, in hundredths; no change of the clock moves it. nap(seconds). told, fact, lose: as check, fact
# and fail of lib.sh.
# shellcheck disable=SC2016,SC2034 # perl's own variables; programs of other files begin with it
PERL_LIBRARY='
use strict; use warnings;
$SIG{PIPE} = "IGNORE"; $| = 1;
my $UPTIME;
sub clock { open $UPTIME, "<", "/proc/uptime" or die "no /proc/uptime" }
clock();
sub now { sysseek $UPTIME, 0, 0; sysread $UPTIME, my $text, 64; return (split / /, $text)[0] }
sub nap { select undef, undef, undef, $_[0] }
sub told { my ($id, $answer, $value, $text) = @_; print "::check $id $answer $value $text\n" }
sub fact { print "::fact $_[0] $_[1]\n" }
sub lose { fact("reason", $_[0]); fact("fix", $_[1]); exit 1 }
'

# reach(address, port): a connection to an IPv4 address, or exit 3 when nobody listens there and 4 for everything else; the
# program sets its own alarm. By hand, since a script asks many times: to load IO::Socket::INET takes three times as long as
# all the rest of such a program (11 ms and 4 ms). 2, 1 and 6 are AF_INET, SOCK_STREAM and TCP on Linux.
# shellcheck disable=SC2016,SC2034 # perl's own variables; programs of other files begin with it
PERL_REACH='
use strict; use Errno qw(ECONNREFUSED);
sub reach {
  my ($address, $port) = @_;
  my $packed = gethostbyname $address or exit 4;
  socket my $socket, 2, 1, 6 or exit 4;
  connect $socket, pack "S n a4 x8", 2, $port, $packed or exit($! == ECONNREFUSED ? 3 : 4);
  select((select($socket), $| = 1)[0]);
  return $socket;
}
'
