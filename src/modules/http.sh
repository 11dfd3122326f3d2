# shellcheck shell=bash
# Purpose: ask a service on this host or another over HTTP, with what perl-base has.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh`.
# Secrets: the password of a request that needs one, handed over on stdin.
# Changes: nothing by itself.
# Exit codes: http_ask has its own.
# Safe to repeat: yes.

# Seconds for a whole answer; a caller that waits for work to be done gives more.
HTTP_SECONDS=3

# stdin: what authorises (base64 of `user:password`, or an empty line), then the body.
# shellcheck disable=SC2016 # perl's own variables
HTTP_CLIENT=$PERL_REACH'
my ($address, $port, $seconds, $method, $path) = @ARGV;
$SIG{ALRM} = $SIG{PIPE} = sub { exit 4 };
alarm $seconds;
my $authorised = <STDIN> // "";
chomp $authorised;
my $body = join "", <STDIN>;
my $socket = reach($address, $port);
my $header = $authorised eq "" ? "" : "Authorization: Basic $authorised\r\n";
print $socket "$method $path HTTP/1.0\r\nHost: $address\r\n${header}Content-Length: " . length($body) . "\r\n\r\n$body";
my ($code) = (<$socket> // "") =~ m{\AHTTP/\S+ (\d{3})};
exit 4 unless defined $code;
while (<$socket>) { last if /\A\r?\n\z/ }
print "$code\n", <$socket>;
'

# http_ask <address> <port> <method> <path> [<user> <name of the password variable>]: the body on stdin. Prints the
# status code on a line of its own, then the answer's body. Status 3: nobody listens there; 4: no answer in time.
http_ask() {
  local authorised=''
  if (($# > 5)); then authorised=$(printf '%s:%s' "$5" "${!6:-}" | base64 -w 0); fi
  { printf '%s\n' "$authorised" && cat; } | perl -we "$HTTP_CLIENT" "$1" "$2" "$HTTP_SECONDS" "$3" "$4"
}

# http_code <address> <port> <path>: prints the status code of a GET; nothing when there is no answer.
http_code() { http_ask "$1" "$2" GET "$3" </dev/null | awk 'NR == 1' || true; }
