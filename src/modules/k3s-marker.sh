# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are written through the API of each master, and what the cluster has of them afterwards.
# Arguments: none; put before each script that says
#            `# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh marker.sh k3s-marker.sh`.
# Secrets: none; the writer reads the administrator's certificate where K3s keeps it.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

markers_of k3s

MARKER_MAPS=/api/v1/namespaces/default/configmaps
K3S_TLS=$K3S_DATA/server/tls

# A marker is the value in the entry's own ConfigMap, each time the next number; it counts as acknowledged once the API answers 200,
# for which a majority of etcd must have it. One connection for as long as it lasts; perl-base has no TLS, so openssl does it.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$PERL_LIBRARY'
use IPC::Open2;
my ($tls, $maps) = ("'$K3S_TLS'", "'$MARKER_MAPS'");
my ($directory, $token, @entries) = @ARGV;
my ($pid, $to, $from, $buffer) = (0, undef, undef, "");
sub begin {
  my ($address) = @_;
  $buffer = "";
  open my $kept, ">&", \*STDERR or die "stderr: $!";
  open STDERR, ">", "/dev/null" or die "stderr: $!";
  $pid = open2($from, $to, "openssl", "s_client", "-quiet", "-verify_return_error", "-connect", $address,
    "-CAfile", "$tls/server-ca.crt", "-cert", "$tls/client-admin.crt", "-key", "$tls/client-admin.key");
  open STDERR, ">&", $kept or die "stderr: $!";
}
sub finish { kill "KILL", $pid; waitpid $pid, 0; close $to; close $from; $pid = 0 }
# more(end): reads what is there by then; false when nothing came, or nothing will.
sub more {
  my $left = $_[0] - now();
  my $bits = ""; vec($bits, fileno $from, 1) = 1;
  return $left > 0 && select($bits, undef, undef, $left) > 0 && sysread $from, $buffer, 16384, length $buffer;
}
# reply(end): the status of a whole answer; undef when there is none by then.
sub reply {
  my ($end) = @_;
  while ($buffer !~ /\r\n\r\n/) { return undef unless more($end) }
  my ($head) = $buffer =~ s/\A(.*?\r\n\r\n)//s ? $1 : "";
  my ($status) = $head =~ m{\AHTTP/\S+ (\d{3})};
  if ($head =~ /^Content-Length: *(\d+)/mi) {
    my $length = $1;
    while (length $buffer < $length) { return undef unless more($end) }
    substr $buffer, 0, $length, "";
  } else {
    while ($buffer !~ s/\A.*?\r\n0\r\n\r\n//s) { return undef unless more($end) }
  }
  return $status;
}
sub mark {
  my ($name, $address, $marker) = @_;
  begin($address) unless $pid;
  my $body = "{\"data\": {\"marker\": \"$marker\"}}";
  syswrite $to, "PATCH $maps/keybuzz-marker-$token-$name HTTP/1.1\r\nHost: $address\r\n"
    . "Content-Type: application/merge-patch+json\r\nContent-Length: " . length($body) . "\r\n\r\n$body";
  my $status = reply(now() + 3);
  my $answered = now();
  return ("ok", $answered, "-", 1) if ($status // 0) == 200;
  finish();
  nap(0.2);
  return (defined $status ? "refused" : "unreached", $answered, "-", 0);
}
'$MARKER_LOOP

# On stdin `entry marker` of what the cluster has. Argument after those of MARKER_LEDGERS: who was asked.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$PERL_LIBRARY$MARKER_LEDGERS'
my ($asked) = @ARGV;
my %kept;
while (<STDIN>) { my ($who, $marker) = split; $kept{$who} = $marker if defined $marker }
my $primary = keys %kept == @names ? $asked : "";
my %words = (primary => "master", safe => "a majority", shared => 1, apart => 1);
# The numbers only grow: who has a later one had this one, too.
sub kept { my ($who, $marker) = @_; return ($kept{$who} // -1) >= $marker }
'$MARKER_JUDGE

# kept_markers <address> <name=address of each entry>...: what the master there has, see MARKER_REPORT.
kept_markers() {
  local entry json
  for entry in "${@:2}"; do
    json=$(api_get "$MARKER_MAPS/keybuzz-marker-$(marker_token)-${entry%%=*}" "$1") || return 1
    # shellcheck disable=SC2016 # perl's own variables
    printf '%s %s\n' "${entry%%=*}" "$(read_json 'print decode(join "", <STDIN>)->{data}{marker}' <<<"$json")"
  done
}
