# shellcheck shell=bash
# Purpose: write markers through the real entry points while a primary moves, and tell afterwards what it cost.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh marker.sh`, and then the engine's own part.
# Secrets: what the engine's part hands to its writer, in the directory in /run, for root alone.
# Changes: a transient unit and a directory in /run; the one word of the verdict stays there.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# The writers end by themselves, whoever forgets them.
MARKER_SECONDS_MAX=900

# markers_of <module>: sets the names of its unit and files.
# shellcheck disable=SC2034 # MARKER_VERDICT is for the functions below and the script behind us
markers_of() {
  MARKER_UNIT=keybuzz-marker-$1.service
  MARKER_DIRECTORY=/run/keybuzz-marker-$1
  MARKER_VERDICT=/run/keybuzz-marker-$1.verdict
}

# A writer's end. Before it the engine's part has set $directory and @entries (`name=address`) and made
# mark(name, address, marker), which gives answer (`ok` or a word), when it came, the node that gave it, and whether every
# replica that had to have it had it (0 or 1). One process for each entry; a line of its ledger is what mark gave, after
# the marker and when it was sent.
# shellcheck disable=SC2016,SC2034 # perl's own variables; used by the engines' parts
MARKER_LOOP='
my @children;
for my $entry (@entries) {
  my $child = fork() // die "fork: $!";
  if ($child == 0) { write_markers(split /=/, $entry, 2); exit 0 }
  push @children, $child;
}
$SIG{TERM} = sub { kill "TERM", @children; exit 0 };
waitpid $_, 0 for @children;
sub write_markers {
  my ($name, $address) = @_;
  open my $ledger, ">>", "$directory/ledger-$name" or die "ledger: $!";
  $ledger->autoflush(1);
  clock();
  for my $marker (0 .. 60000) {
    my $sent = now();
    my ($answer, $answered, $node, $had) = mark($name, $address, $marker);
    print $ledger "$marker $sent $answered $answer $node $had\n";
    nap(0.025);
  }
}
'

# A report's beginning: what the ledgers say. Takes directory, token, seconds that count as good and the entries' names,
# joined by commas, off @ARGV; the engine's part takes the rest.
# shellcheck disable=SC2016,SC2034 # perl's own variables; used by the engines' parts
MARKER_LEDGERS='
my ($directory, $token, $target, $names) = splice @ARGV, 0, 4;
my @names = split /,/, $names;
my %nodes;
if (open my $file, "<", "$directory/nodes") { while (<$file>) { my ($id, $who) = split; $nodes{$id} = $who } }
my (@oks, %gaps, %answers, %acknowledged);
my $end = now();
for my $who (@names) {
  my ($last, $gap, $ledger) = (undef, 0);
  open $ledger, "<", "$directory/ledger-$who" or next;
  while (<$ledger>) {
    my ($marker, $sent, $answered, $answer, $node, $had) = split;
    next unless defined $had;
    $answers{$answer}++;
    $last //= $sent;
    next if $answer ne "ok";
    my $wait = $answered - $last;
    $gap = $wait if $wait > $gap;
    $last = $answered;
    push @oks, [$answered, $node];
    $acknowledged{$who}{$marker} = $had;
  }
  my $tail = $end - ($last // $end);
  $gap = $tail if $tail > $gap;
  $gaps{$who} = $gap;
}
# The longest time in which one node answered after another had begun to: the move of a primary is one change of node.
@oks = sort { $a->[0] <=> $b->[0] } @oks;
my ($both, $first, $changed) = (0);
for my $at (1 .. $#oks) {
  next if $oks[$at][1] eq $oks[$at - 1][1];
  my $time = $oks[$at][0];
  if (defined $changed && $time - $changed < 5) { $both = $time - $first if $time - $first > $both }
  else { $first = $time }
  $changed = $time;
}
'

# A report's end. Before it the engine's part has set $primary (who was asked what is left; empty: nobody could be) and
# %words, and made kept(entry, marker). The words: `primary` is what it calls who was asked, `safe` those whose having a write
# makes its loss grave, `shared` is true where every node takes writes by right, so that two of them mean nothing, and `apart`
# where an entry is a node itself: the one that left can take none, so the longest gap counts apart.
# shellcheck disable=SC2016,SC2034 # perl's own variables; used by the engines' parts
MARKER_JUDGE='
my ($all, $lost, $grave, $safe) = (0, 0, 0, 0);
for my $who (keys %acknowledged) {
  for my $marker (keys %{ $acknowledged{$who} }) {
    $all++;
    my $had = $acknowledged{$who}{$marker};
    $safe++ if $had;
    next if kept($who, $marker);
    $lost++;
    $grave++ if $had;
  }
}
my ($worst) = (sort { $b <=> $a } values %gaps, 0, 0)[$words{apart} ? 1 : 0];
my $each = join ", ", map { sprintf "%s %.2f s", $_, $gaps{$_} } sort keys %gaps;
my $verdict = "pass";
sub result { my ($id, $answer, $value, $text) = @_; $verdict = "fail" if $answer eq "fail" || $answer eq "unknown"; told($id, $answer, $value, $text) }
if (!$all) { result("outage", "unknown", "-", "no marker was acknowledged at any time") }
else {
  my $answer = $worst <= $target ? "pass" : $worst <= 60 ? "warn" : "fail";
  result("outage", $answer, sprintf("%.2fs", $worst), "longest time without an acknowledged write: $each; target $target s");
}
my $counted = "$all acknowledged through @{[scalar @names]} entries, $safe of them by $words{safe}";
if ($primary eq "") { result("lost-writes", "unknown", "-", "no $words{primary} was left to ask; $counted") }
else {
  result("lost-writes", $grave ? "fail" : $lost ? "warn" : "pass", $grave,
    "$grave lost of those that $words{safe} had, $lost of all that were acknowledged; $counted");
}
if (!$words{shared}) {
  my %seen = map { $_->[1] => 1 } @oks;
  my $by = join ", ", sort map { $nodes{$_} // substr $_, 0, 8 } keys %seen;
  result("two-$words{primary}s", $both > 1 ? "fail" : "pass", sprintf("%.2fs", $both),
    "so long two nodes answered writes through the entries; nodes that answered: " . ($by || "none"));
}
fact("outage-seconds", sprintf "%.2f", $worst);
fact("outage-$_", sprintf "%.2f", $gaps{$_}) for sort keys %gaps;
fact("acknowledged", $all);
fact("acknowledged-by-all", $safe);
fact("lost", $lost);
fact("lost-by-all", $grave);
fact("answers", join " ", map { "$_=$answers{$_}" } sort keys %answers);
fact("verdict", $verdict);
'

# announce_markers <name=address of each entry>...
announce_markers() {
  change marker "$MARKER_UNIT" "writes through ${*%%=*}, ends by itself after $MARKER_SECONDS_MAX s"
}

# entry_names <name=address of each entry>...: the names, joined by commas.
entry_names() { printf '%s\n' "${@%%=*}" | paste -s -d ,; }

end_writer() {
  systemctl stop "$MARKER_UNIT" 2>/dev/null || true
  rm -rf -- "$MARKER_DIRECTORY"
}

# prepare_markers: ends an earlier writer and makes the directory, with a token for this time's markers.
prepare_markers() {
  end_writer
  umask 077
  mkdir "$MARKER_DIRECTORY"
  cat /proc/sys/kernel/random/uuid >"$MARKER_DIRECTORY/token"
}

marker_token() { cat -- "$MARKER_DIRECTORY/token"; }

# start_writer <program> <name=address of each entry>...: a unit of its own, which goes on when this script and the worker
# end. The file `secret` is gone with it.
start_writer() {
  printf '%s\n' "$1" >"$MARKER_DIRECTORY/writer"
  systemd-run --quiet --collect --unit="$MARKER_UNIT" --description="KeyBuzz markers" \
    --property=RuntimeMaxSec="$MARKER_SECONDS_MAX" --property=StandardInput=null --property=UMask=0077 \
    --property=ExecStopPost="/bin/rm -f $MARKER_DIRECTORY/secret" \
    perl "$MARKER_DIRECTORY/writer" "$MARKER_DIRECTORY" "$(marker_token)" "${@:2}"
}

# every_entry_takes <name=address of each entry>...: each ledger has an acknowledged write.
every_entry_takes() {
  local entry
  for entry; do
    if ! grep -q ' ok ' "$MARKER_DIRECTORY/ledger-${entry%%=*}" 2>/dev/null; then return 1; fi
  done
}

# await_writers <check to look at> <name=address of each entry>...
await_writers() {
  if wait_for 10 every_entry_takes "${@:2}"; then return 0; fi
  end_writer
  fail "Not every entry took a write within 10 s: ${*:2}." "See $1 in the module's status."
}

# tell_markers <function that prints the report> <its arguments>...: ends the writer and tells, when there was one.
tell_markers() {
  local report
  systemctl stop "$MARKER_UNIT" 2>/dev/null || true
  if [[ ! -e $MARKER_DIRECTORY/token ]]; then return 0; fi
  report=$("$@")
  rm -rf -- "$MARKER_DIRECTORY"
  (
    umask 077
    printf '%s\n' "$report" | sed -n 's/^::fact verdict //p' >"$MARKER_VERDICT"
  )
  printf '%s\n' "$report"
}

# judge_markers: fails when the markers told of a loss; what ends them is compensation and always succeeds.
judge_markers() {
  local verdict=''
  if [[ -f $MARKER_VERDICT ]]; then verdict=$(cat -- "$MARKER_VERDICT"); fi
  case $verdict in
    pass) ;;
    fail)
      fail "The move cost more than it may: see what the markers told." \
        "Read \"What can go wrong\" in the README of the module before the next one."
      ;;
    *) fail "No marker told what the move cost." "Was $MARKER_UNIT on this host stopped, or the host restarted? Repeat the move." ;;
  esac
}
