# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are published to RabbitMQ, and which of them its queues still have.
# Arguments: none; put before each script that says
#            `# needs: lib.sh perl.sh amqp-perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-client.sh marker.sh rabbitmq-marker.sh`.
# Secrets: APP_PASSWORD, in the file `secret` that the writer reads.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

markers_of rabbitmq

# A marker is a persistent message in the entry's own quorum queue; it counts as acknowledged once it is confirmed, which a
# majority's disks stand for. The connection lives as long as it can.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$AMQP_LIBRARY$ENTER'
my ($directory, $token, @entries) = @ARGV;
open my $file, "<", "$directory/secret" or die "no secret: $!";
$PASSWORD = <$file>; chomp $PASSWORD; close $file; unlink "$directory/secret";
my $link;
sub mark {
  my ($name, $address, $marker) = @_;
  my $answer = "ok";
  eval {
    if (!defined $link) { $link = enter($address, 1); confirms($link) }
    confirmed($link, publish($link, "keybuzz-marker-$token-$name", $marker), 1);
  };
  if ($@ ne "") { ($answer) = $@ =~ /\A([a-z-]+)\n/ ? $1 : "unreached"; close $link->{socket} if defined $link; undef $link }
  return ($answer, now(), "-", $answer eq "ok" ? 1 : 0);
}
'$MARKER_LOOP

# The queue begins where the connection that declares it is, and is gone by itself an hour after its last use.
# shellcheck disable=SC2016 # perl's own variables
MARKER_QUEUE='
sub MARKER_ARGUMENTS { return ("x-expires" => 3600000, "x-queue-leader-locator" => "client-local") }
'

# The password is on stdin, see run_client. Arguments after those of MARKER_LEDGERS: addresses of the members joined by commas.
# A queue is told empty when nothing more comes for a while after all that it said to have.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$MARKER_QUEUE$MARKER_LEDGERS'
my ($members) = @ARGV;
my %words = (primary => "member", safe => "a majority", shared => 1);
my ($primary, %kept) = ("");
sub drain {
  my ($address) = @_;
  my $link = enter($address, 3);
  $link->{seconds} = 10;
  for my $who (@names) {
    my $queue = "keybuzz-marker-$token-$who";
    my $left = declare($link, $queue, MARKER_ARGUMENTS());
    consume($link, $queue);
    my $patience = 10;
    while (1) {
      my $body = eval { delivered($link, $left > 0 ? $patience : 0.5) };
      last if !defined $body && $@ eq "silent\n";
      die $@ unless defined $body;
      $kept{$who}{$body} = 1;
      $left--;
    }
    remove($link, $queue);
  }
  hang_up($link);
}
for (1 .. 10) {
  for my $address (split /,/, $members) { if (eval { drain($address); 1 }) { $primary = $address; last } }
  last if $primary ne "";
  nap(0.5);
}
sub kept { my ($who, $marker) = @_; return $kept{$who}{$marker} }
'$MARKER_JUDGE
