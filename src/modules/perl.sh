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
