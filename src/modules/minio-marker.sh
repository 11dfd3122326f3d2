# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are written to MinIO, and which of them can be got the same afterwards.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh perl.sh json-perl.sh http.sh s3.sh minio.sh marker.sh minio-marker.sh`.
# Secrets: ROOT_PASSWORD, in the file `secret` that the writer reads.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

markers_of minio

MARKER_BUCKET=keybuzz-marker
MARKER_BYTES=16384
# Markers a second through each entry.
MARKER_RATE=5

# One curl for each entry, which puts one object after the other; what it tells of each comes on stderr, which it does not hold
# back. A marker is acknowledged when its object was: by a write quorum of drives. Its login reaches curl on stdin, as
# the addresses do.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$PERL_LIBRARY'
use IPC::Open2;
my ($directory, $token, @entries) = @ARGV;
open my $file, "<", "$directory/secret" or die "no secret: $!";
my $login = <$file>; my $hash = <$file>; chomp $hash; close $file; unlink "$directory/secret";
my ($from, $to);
sub begin {
  my ($name, $address) = @_;
  my @curl = ("curl", "-q", "-s", "-K", "-", "--noproxy", "*", "--rate", "'$MARKER_RATE'/s", "--connect-timeout", "1", "--max-time", "3",
    "--aws-sigv4", "aws:amz:us-east-1:s3", "-H", "x-amz-content-sha256: $hash", "-H", "Expect:",
    "-w", "%{stderr}%{http_code} %{remote_ip}\\n");
  open2($from, $to, "sh", "-c", "exec \"\$@\" 2>&1 >/dev/null", "sh", @curl);
  print $to $login;
  for my $marker (0 .. 900 * '$MARKER_RATE') {
    print $to "url = \"http://$address/'$MARKER_BUCKET'/$token/$name/$marker\"\nupload-file = \"$directory/body\"\n";
  }
  close $to;
}
sub mark {
  my ($name, $address, $marker) = @_;
  begin($name, $address) unless defined $from;
  my $told = <$from>;
  if (!defined $told) { nap(1); return ("ended", now(), "-", 0) }
  my ($code, $node) = $told =~ /\A(\d{3}) (\S*)/;
  my $answer = !defined $code || $code eq "000" ? "unreached" : $code eq "200" ? "ok" : "refused";
  return ($answer, now(), $node || "-", $answer eq "ok" ? 1 : 0);
}
'$MARKER_LOOP

# On stdin `entry<tab>marker` of each marker that was got the same; the argument after those of MARKER_LEDGERS: how many nodes
# were asked. The node that left takes none through its own entry: the longest gap counts apart.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$PERL_LIBRARY$MARKER_LEDGERS'
my ($asked) = @ARGV;
my %words = (primary => "node", safe => "a write quorum", shared => 1, apart => 1);
my $primary = $asked > 0 ? "$asked nodes" : "";
my %kept;
while (<STDIN>) { chomp; my ($who, $marker) = split /\t/; $kept{$who}{$marker} = 1 if defined $marker }
sub kept { my ($who, $marker) = @_; return $kept{$who}{$marker} }
'$MARKER_JUDGE

# find_serving <address>...: sets SERVING to those whose node can be read from.
find_serving() {
  local address
  SERVING=()
  for address; do
    if [[ $(minio_health "$address" cluster/read) == 200 ]]; then SERVING+=("$address"); fi
  done
  ((${#SERVING[@]} > 0))
}

# markers_tried <how many more> <entry's name>...: `entry marker` of every marker that was tried, and of the next ones: an object
# may have been put whose answer nobody read any more.
markers_tried() {
  local name
  for name in "${@:2}"; do
    if [[ ! -e $MARKER_DIRECTORY/ledger-$name ]]; then continue; fi
    awk -v name="$name" -v more="$1" 'NF > 5 { print name, $1; last = $1 } END { while (more-- > 0) print name, ++last }' \
      "$MARKER_DIRECTORY/ledger-$name"
  done
}

# ask_each_marker <method>: on stdin `entry marker`; asks for each object, the nodes of SERVING in turn. With GET it is kept in a file
# <entry>.<marker> below the directory `got`.
ask_each_marker() {
  local method=$1 entry marker at=0 output=/dev/null
  {
    s3_login
    while read -r entry marker; do
      if [[ $method == GET ]]; then output=$MARKER_DIRECTORY/got/$entry.$marker; fi
      printf 'url = "http://%s:%s/%s/%s/%s/%s"\noutput = "%s"\n' "${SERVING[at++ % ${#SERVING[@]}]}" "$API_PORT" \
        "$MARKER_BUCKET" "$(marker_token)" "$entry" "$marker" "$output"
    done
  } | curl -q -s -f -K - --noproxy '*' --parallel --parallel-max 10 --connect-timeout 2 --max-time 10 -X "$method" \
    --aws-sigv4 aws:amz:us-east-1:s3 -H "x-amz-content-sha256: $EMPTY_HASH" || true
}

# markers_got_same <SHA-256 of the body>: `entry<tab>marker` of each file in `got` that is the same.
markers_got_same() {
  find "$MARKER_DIRECTORY/got" -type f -exec sha256sum {} + |
    awk -v hash="$1" '$1 == hash { sub(/.*\//, "", $2); at = match($2, /\.[0-9]+$/); print substr($2, 1, at - 1) "\t" substr($2, at + 1) }'
}

# markers_gone <entry's name>...: takes objects and bucket away. An object that was under way may come after those that were tried.
markers_gone() {
  markers_tried 5 "$@" | ask_each_marker DELETE
  s3_ask "${SERVING[0]}:$API_PORT" DELETE "/$MARKER_BUCKET"
  [[ $CODE == 2* || $CODE == 404 ]]
}

# minio_report <addresses, joined by commas> <outage that is good> <entries' names, joined by commas>
minio_report() {
  local addresses names
  IFS=, read -ra addresses <<<"$1"
  IFS=, read -ra names <<<"$3"
  wait_for 30 find_serving "${addresses[@]}" || true
  mkdir -p "$MARKER_DIRECTORY/got"
  if ((${#SERVING[@]} > 0)); then markers_tried 0 "${names[@]}" | ask_each_marker GET; fi
  markers_got_same "$(sha256_of "$MARKER_DIRECTORY/body")" |
    perl -e "$MARKER_REPORT" -- "$MARKER_DIRECTORY" "$(marker_token)" "$2" "$3" "${#SERVING[@]}"
  if ((${#SERVING[@]} == 0)); then return 0; fi
  if ! wait_for 20 markers_gone "${names[@]}"; then fact left "bucket $MARKER_BUCKET: $(s3_said)"; fi
}
