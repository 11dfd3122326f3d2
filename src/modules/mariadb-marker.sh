# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: how markers are written to MariaDB, and which of them the members that are left have.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh mariadb.sh perl.sh marker.sh mariadb-marker.sh`, and calls markers_of.
# Secrets: APP_PASSWORD, in the file `secret` that the client reads.
# Changes: what begin_mariadb_markers and end_mariadb_markers say.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

MARKER_TABLE=keybuzz_marker

# One session of the client for as long as it lasts; a marker is a row, and what a member acknowledges has been sent to all
# of its cluster. The client ends at the first error and tells its number: below 2000 the member answered it. An entry's
# address is `address:port`.
# shellcheck disable=SC2016 # perl's own variables
MARKER_WRITER=$PERL_LIBRARY'
use IPC::Open2;
my ($database, $table) = qw('"$APP $MARKER_TABLE"');
my ($directory, $token, @entries) = @ARGV;
my ($pid, $to, $from, $buffer, $errors) = (0, undef, undef, "", "");
sub begin {
  my ($name, $host, $port) = @_;
  $buffer = "";
  $errors = "$directory/errors-$name";
  open my $kept, ">&", \*STDERR or die "stderr: $!";
  open STDERR, ">", $errors or die "errors: $!";
  my @client = ("mariadb", "--defaults-file=$directory/secret", qw(--connect-timeout=2 -N -B -n));
  $pid = open2($from, $to, @client, "-h", $host, "-P", $port, $database);
  open STDERR, ">&", $kept or die "stderr: $!";
}
# row(seconds): the next line that the client prints; undef when it ends or takes too long.
sub row {
  my $end = now() + $_[0];
  while ($buffer !~ /\n/) {
    my $left = $end - now();
    my $bits = ""; vec($bits, fileno $from, 1) = 1;
    return undef if select($bits, undef, undef, $left > 0 ? $left : 0) < 1;
    return undef unless sysread $from, $buffer, 4096, length $buffer;
  }
  return $buffer =~ s/\A(.*)\n// ? $1 : undef;
}
# finish(): how the client ended; one that hangs is ended.
sub finish {
  my $gone = 0;
  for (1 .. 5) { last if ($gone = waitpid $pid, 1) != 0; nap(0.02) }
  if ($gone == 0) { kill "KILL", $pid; waitpid $pid, 0 }
  close $to; close $from; $pid = 0;
  return "unanswered" if $gone == 0;
  my $text = "";
  if (open my $file, "<", $errors) { local $/; $text = <$file> // "" }
  return $text =~ /\AERROR 1\d{3} / ? "refused" : "unreached";
}
sub mark {
  my ($name, $address, $marker) = @_;
  begin($name, split /:/, $address) unless $pid;
  syswrite $to, "insert into $table values (\x27$token\x27, \x27$name\x27, $marker); select \@\@hostname;\n";
  my $row = row(2) // "";
  my $answered = now();
  return ("ok", $answered, $1, 1) if $row =~ /\A([\w.-]+)\z/;
  return (finish(), $answered, "-", 0);
}
'$MARKER_LOOP

# On stdin `entry<tab>marker` of each row, of each member that was asked. Arguments after those of MARKER_LEDGERS: how many
# members gave theirs, and whether the entry with the longest gap counts apart (0 or 1). A marker is kept when all have it.
# shellcheck disable=SC2016 # perl's own variables
MARKER_REPORT=$PERL_LIBRARY$MARKER_LEDGERS'
my ($asked, $apart) = @ARGV;
my %words = (primary => "member", safe => "the whole cluster", shared => 1, apart => $apart);
my $primary = $asked > 0 ? "$asked members" : "";
my %kept;
while (<STDIN>) { chomp; my ($who, $marker) = split /\t/; $kept{$who}{$marker}++ if defined $marker }
sub kept { my ($who, $marker) = @_; return ($kept{$who}{$marker} // 0) == $asked }
'$MARKER_JUDGE

make_marker_table() {
  local address
  for address in ${1//,/ }; do
    if ask_mariadb "$address" "$MARIADB_PORT" "$APP" <<<"drop table if exists $MARKER_TABLE; create table $MARKER_TABLE
      (token char(36), entry varchar(64), marker int, primary key (token, entry, marker)) engine=InnoDB"; then
      return 0
    fi
  done
  return 1
}

# begin_mariadb_markers <check to look at> <addresses of the members, joined by commas> <name=address:port of each entry>...
begin_mariadb_markers() {
  ensure_package mariadb-client
  announce_markers "${@:3}"
  if ! applying; then return 0; fi
  use_client_file "$APP" APP_PASSWORD
  prepare_markers
  if ! make_marker_table "$2"; then
    end_writer
    fail "No member takes the table of the markers." "See the checks of mariadb."
  fi
  cp -- "$CLIENT_FILE" "$MARKER_DIRECTORY/secret"
  start_writer "$MARKER_WRITER" "${@:3}"
  await_writers "$1" "${@:3}"
}

# collect_rows <address>...: the rows that each member has, once it has applied all that was committed anywhere; sets ASKED.
collect_rows() {
  local address
  ASKED=0
  : >"$MARKER_DIRECTORY/rows"
  for address; do
    if ask_mariadb "$address" "$MARIADB_PORT" "$APP" <<<"set session wsrep_sync_wait = 1;
      select entry, marker from $MARKER_TABLE where token = '$(marker_token)'" >"$MARKER_DIRECTORY/of-one"; then
      cat -- "$MARKER_DIRECTORY/of-one" >>"$MARKER_DIRECTORY/rows"
      ASKED=$((ASKED + 1))
    fi
  done
  ((ASKED > 0))
}

# mariadb_report <whether the longest gap counts apart> <addresses, joined by commas> <outage that is good> <entries' names>
mariadb_report() {
  local addresses address
  IFS=, read -ra addresses <<<"$2"
  wait_for 30 collect_rows "${addresses[@]}" || true
  perl -e "$MARKER_REPORT" -- "$MARKER_DIRECTORY" "$(marker_token)" "$3" "$4" "$ASKED" "$1" <"$MARKER_DIRECTORY/rows"
  # One that stays is dropped by the next move.
  for address in "${addresses[@]}"; do
    if ask_mariadb "$address" "$MARIADB_PORT" "$APP" <<<"drop table if exists $MARKER_TABLE"; then break; fi
  done
}

# end_mariadb_markers <whether the longest gap counts apart: 0|1> <addresses, joined by commas> <outage that is good> <entry>...
end_mariadb_markers() {
  if ! applying; then return 0; fi
  use_client_file "$APP" APP_PASSWORD
  tell_markers mariadb_report "$1" "$2" "$3" "$(entry_names "${@:4}")"
}
