# shellcheck shell=bash
# Purpose: a small AMQP 0-9-1 client for programs that count milliseconds: perl-base has all of it, hosts have no library.
# Arguments: none; put before each script that says `# needs: ... perl.sh amqp-perl.sh`.
# Secrets: the password, read by the programs on their stdin or from a file, never from argv or environment.
# Changes: nothing by itself.
# Exit codes: none of its own.
# Safe to repeat: yes.

# dial({address, port, user, password, vhost, seconds}): a link with channel 1 open; dies with a word, ended by a line feed:
# `stopped` nobody listens, `silent` no answer in time, `wrong-password`, `refuses` (the virtual host, say), `closed`.
# declare(link, queue, argument => text or number...) gives the number of messages; a queue is durable and of type quorum.
# publish(link, queue, number, body): sent; confirmed(link, number, seconds): 1 when it is acknowledged, dies with a word else.
# get(link, queue): (tag, body), or nothing when it is empty; ack(link, tag); consume(link, queue) and delivered(link, seconds):
# bodies without acknowledgement; remove(link, queue); hang_up(link).
# shellcheck disable=SC2016,SC2034 # perl's own variables; programs of other files begin with it
AMQP_LIBRARY=$PERL_LIBRARY'
use Errno qw(ECONNREFUSED); use IO::Socket::INET;
sub short { return pack "C/a*", $_[0] }
sub long { return pack "N/a*", $_[0] }
sub table { my %fields = @_;
  return long(join "", map { short($_) . ($fields{$_} =~ /\A\d+\z/ ? "l" . pack("q>", $fields{$_}) : "S" . long($fields{$_})) } sort keys %fields);
}
sub send_frames { my ($link, @frames) = @_;
  my $text = join "", map { my ($type, $channel, $payload) = @$_; pack("CnN", $type, $channel, length $payload) . $payload . "\xce" } @frames;
  my $wrote = syswrite $link->{socket}, $text;
  die "closed\n" unless defined $wrote && $wrote == length $text;
}
sub call { my ($link, $channel, $class, $method, $arguments) = @_; send_frames($link, [1, $channel, pack("nn", $class, $method) . $arguments]) }
sub fill { my ($link, $end) = @_;
  my $left = $end - now();
  my $bits = ""; vec($bits, fileno $link->{socket}, 1) = 1;
  die "silent\n" if select($bits, undef, undef, $left > 0 ? $left : 0) < 1;
  die "closed\n" unless sysread $link->{socket}, $link->{buffer}, 65536, length $link->{buffer};
}
sub frame { my ($link, $end) = @_;
  fill($link, $end) while length $link->{buffer} < 7;
  die "refuses\n" if substr($link->{buffer}, 0, 4) eq "AMQP";
  my ($type, $channel, $size) = unpack "CnN", $link->{buffer};
  fill($link, $end) while length $link->{buffer} < $size + 8;
  my $payload = substr $link->{buffer}, 7, $size;
  substr($link->{buffer}, 0, $size + 8) = "";
  return ($type, $payload);
}
# The next method, its arguments, and the content that came with it; a close by the server dies.
sub method { my ($link, $seconds) = @_;
  my $end = now() + $seconds;
  my ($type, $payload) = frame($link, $end);
  ($type, $payload) = frame($link, $end) while $type != 1;
  my ($class, $method, $arguments) = unpack "nna*", $payload;
  if ($method == 50 && $class == 10 || $method == 40 && $class == 20) {
    my $code = unpack "n", $arguments;
    die $code == 403 && !$link->{open} ? "wrong-password\n" : $class == 10 && $code == 320 ? "closed\n" : "refuses\n";
  }
  my $body = "";
  if ($class == 60 && ($method == 50 || $method == 60 || $method == 71)) {
    my $size = unpack "x4Q>", (frame($link, $end))[1];
    $body .= (frame($link, $end))[1] while length $body < $size;
  }
  return ($class * 1000 + $method, $arguments, $body);
}
sub await { my ($link, $wanted, $seconds) = @_;
  my $end = now() + $seconds;
  while (1) { my ($id, @rest) = method($link, $end - now()); return @rest if $id == $wanted }
}
sub ask { my ($link, $channel, $class, $method, $arguments, $wanted) = @_;
  call($link, $channel, $class, $method, $arguments);
  return await($link, $wanted, $link->{seconds});
}
sub dial { my %to = @_;
  my $socket = IO::Socket::INET->new(PeerAddr => $to{address}, PeerPort => $to{port}, Proto => "tcp", Timeout => $to{seconds})
    or die $! == ECONNREFUSED ? "stopped\n" : "silent\n";
  my $link = { socket => $socket, buffer => "", seconds => $to{seconds} };
  syswrite $socket, "AMQP\0\0\x09\x01";
  my ($properties) = await($link, 10010, $to{seconds});
  ($link->{cluster}) = map { unpack "N/a", $_ } $properties =~ /\x0ccluster_nameS(.*)/s;
  my $can = short("authentication_failure_close") . "t\x01";
  my $client = long(short("capabilities") . "F" . long($can) . short("product") . "S" . long("keybuzz"));
  call($link, 0, 10, 11, $client . short("PLAIN") . long("\0$to{user}\0$to{password}") . short("en_US"));
  # Without heartbeats: who writes here waits for each answer, with a limit.
  my ($tune) = await($link, 10030, $to{seconds});
  call($link, 0, 10, 31, pack "nNn", (unpack "nN", $tune), 0);
  $link->{open} = 1;
  ask($link, 0, 10, 40, short($to{vhost}) . "\0\0", 10041);
  ask($link, 1, 20, 10, short(""), 20011);
  return $link;
}
sub confirms { my ($link) = @_; ask($link, 1, 85, 10, "\0", 85011) }
sub declare { my ($link, $queue, %arguments) = @_;
  my ($reply) = ask($link, 1, 50, 10, pack("n", 0) . short($queue) . "\x02" . table("x-queue-type" => "quorum", %arguments), 50011);
  return (unpack "C/a N", $reply)[1];
}
sub publish { my ($link, $queue, $body) = @_;
  send_frames($link, [1, 1, pack("nnn", 60, 40, 0) . short("") . short($queue) . "\x01"],
    [2, 1, pack("nnQ>nC", 60, 0, length $body, 0x1000, 2)], [3, 1, $body]);
  return ++$link->{published};
}
sub confirmed { my ($link, $number, $seconds) = @_;
  my $end = now() + $seconds;
  while (1) {
    my ($id, $arguments) = method($link, $end - now());
    die "unroutable\n" if $id == 60050;
    my ($tag, $multiple) = unpack "Q>C", $arguments;
    next unless ($id == 60080 || $id == 60120) && ($tag == $number || $multiple & 1 && $tag > $number);
    die "refused\n" if $id == 60120;
    return 1;
  }
}
sub get { my ($link, $queue) = @_;
  call($link, 1, 60, 70, pack("n", 0) . short($queue) . "\0");
  while (1) {
    my ($id, $arguments, $body) = method($link, $link->{seconds});
    return () if $id == 60072;
    return (unpack("Q>", $arguments), $body) if $id == 60071;
  }
}
sub ack { my ($link, $tag) = @_; call($link, 1, 60, 80, pack "Q>C", $tag, 0) }
sub consume { my ($link, $queue) = @_; ask($link, 1, 60, 20, pack("n", 0) . short($queue) . short("") . "\x02" . long(""), 60021) }
sub delivered { my ($link, $seconds) = @_; return (await($link, 60060, $seconds))[1] }
sub remove { my ($link, $queue) = @_; ask($link, 1, 50, 40, pack("n", 0) . short($queue) . "\0", 50041) }
sub hang_up { my ($link) = @_; eval { ask($link, 0, 10, 50, pack("n", 200) . short("") . pack("nn", 0, 0), 10051) }; close $link->{socket} }
'
