# shellcheck shell=bash
# Purpose: the program, service and timer by which a HAProxy learns from the Sentinels which Redis is master.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh perl.sh redis-perl.sh redis-update-master.sh`.
# Secrets: REDIS_PASSWORD, SENTINEL_PASSWORD, in a file that only root reads.
# Changes: what ensure_updater says, printed as `::change`.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

UPDATER=keybuzz-redis-update-master
UPDATER_PROGRAM=/usr/local/lib/keybuzz/redis-update-master
UPDATER_SETTINGS=/etc/keybuzz/redis-update-master.conf
UPDATER_RESULT=/run/$UPDATER/result
UPDATER_UNITS=/etc/systemd/system

# A server that follows the master stays ready: it has no writes to take, HAProxy's check keeps it out, and once it is
# promoted the check lets it in without waiting for us. One that does not follow (stopped, silent, or calling itself
# master) is drained and its sessions are ended, so that it gets nothing when it comes back, whatever it says of itself.
# When a majority or the candidate's own word is missing all are ready, so that the check alone decides.
# shellcheck disable=SC2016 # perl's own variables
UPDATER_TEXT='
my (%set, @members);
open my $file, "<", $ARGV[0] or die "no settings: $!\n";
while (<$file>) { my ($key, $value) = split; if ($key eq "member") { push @members, [split /=/, $value] } else { $set{$key} = $value } }
my ($backend, $result) = ($set{backend}, $ARGV[1]);
# command(words): the answer of the process of HAProxy that takes new sessions; nothing changes on disk.
sub command {
  use IO::Socket::UNIX;
  local $SIG{ALRM} = sub { die "HAProxy does not answer on its socket\n" };
  alarm 2;
  my $socket = IO::Socket::UNIX->new("/run/haproxy-master.sock") or die "HAProxy does not listen on its socket\n";
  syswrite $socket, "\@1 $_[0]\n";
  shutdown $socket, 1;
  my $text = join "", <$socket>;
  alarm 0;
  return $text;
}
my ($state, $master, $reason) = ("unknown", "", "");
my %drain;
my @addresses = map { $_->[1] } @members;
my $named = majority($set{name}, $set{"sentinel-password"}, 0.3, @addresses);
my ($role) = $named eq "" ? () : once($named, 6379, $set{"redis-password"}, 0.3, "ROLE");
if ($named eq "") { $reason = "no majority of the Sentinels names a master" }
elsif (!grep { $_ eq $named } @addresses) { $reason = "the Sentinels name $named, which is no member" }
elsif (($role // "nothing") ne "master") { $reason = "the Sentinels name $named, which says it is " . ($role // "nothing") }
else {
  ($state, $master) = ("ok", $named);
  for my $member (@members) {
    my ($who, $address) = @$member;
    next if $address eq $master;
    my @role = once($address, 6379, $set{"redis-password"}, 0.3, "ROLE");
    $drain{$who} = 1 unless @role && $role[0] eq "slave" && $role[1] eq $master;
  }
}
eval {
  my %known;
  for (split /\n/, command("show servers state $backend")) {
    my @column = split;
    next unless @column > 6 && $column[1] eq $backend;
    my ($who, $admin) = @column[3, 6];
    $known{$who} = 1;
    # Maintenance is an operator at work.
    next if $admin & 1;
    my $drained = $admin & 8 ? 1 : 0;
    next if $drained == ($drain{$who} // 0);
    command("set server $backend/$who state " . ($drained ? "ready" : "drain"));
    command("shutdown sessions server $backend/$who") unless $drained;
    print "$who is now ", ($drained ? "ready" : "drained"), "\n";
  }
  my @missing = grep { !$known{$_} } map { $_->[0] } @members;
  die "HAProxy has no server $missing[0] in $backend\n" if @missing;
};
if ($@ ne "") { ($state, $reason) = ("unknown", $@); chomp $reason }
my ($now, $since, %before) = (now());
if (open my $last, "<", $result) { while (<$last>) { chomp; my ($key, $value) = split / /, $_, 2; $before{$key} = $value } }
$since = ($before{state} // "") eq $state ? $before{since} : $now;
open my $next, ">", "$result.new" or die "no result: $!\n";
print $next "state $state\nmaster $master\nat $now\nsince $since\nreason $reason\n";
close $next;
rename "$result.new", $result or die "no result: $!\n";
if ($state ne "ok") { print "unknown: $reason\n"; exit 1 }
'

updater_program() { printf '#!/usr/bin/perl\n# Written by keybuzz.\n%s%s' "$RESP_LIBRARY" "$UPDATER_TEXT"; }

# updater_settings <master name> <backend> <name=address>...
updater_settings() {
  printf 'name %s\nbackend %s\n' "$1" "$2"
  printf 'member %s\n' "${@:3}"
  printf 'redis-password %s\nsentinel-password %s\n' "$REDIS_PASSWORD" "$SENTINEL_PASSWORD"
}

# Every start and end of it would be a line of the journal.
updater_service() {
  cat <<END
# Written by keybuzz.
[Unit]
Description=KeyBuzz: tell HAProxy which Redis is master
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/usr/bin/perl $UPDATER_PROGRAM $UPDATER_SETTINGS $UPDATER_RESULT
RuntimeDirectory=$UPDATER
RuntimeDirectoryPreserve=yes
TimeoutStartSec=6
LogLevelMax=notice
END
}

updater_timer() {
  cat <<END
# Written by keybuzz.
[Unit]
Description=KeyBuzz: tell HAProxy which Redis is master, every 2 s

[Timer]
OnActiveSec=0
OnUnitActiveSec=2s
AccuracySec=100ms

[Install]
WantedBy=timers.target
END
}

# ensure_updater <master name> <backend> <name=address>...
ensure_updater() {
  local before action=''
  ensure_dir /etc/keybuzz 0755 root:root
  ensure_dir "${UPDATER_PROGRAM%/*}" 0755 root:root
  ensure_file "$UPDATER_PROGRAM" 0755 root:root updater_program
  ensure_file "$UPDATER_SETTINGS" 0600 root:root updater_settings "$@"
  ensure_file "$UPDATER_UNITS/$UPDATER.service" 0644 root:root updater_service
  before=$CHANGES
  ensure_file "$UPDATER_UNITS/$UPDATER.timer" 0644 root:root updater_timer
  if ((CHANGES > before)) || [[ -n $(pending_of "$UPDATER.timer") ]]; then
    note_pending "$UPDATER.timer" restart
    action=restart
  fi
  if applying && [[ $(systemctl show -p NeedDaemonReload --value "$UPDATER.service") == yes ]]; then systemctl daemon-reload; fi
  ensure_service "$UPDATER.timer" "$action"
  clear_pending "$UPDATER.timer"
}

# updater_fresh: it has given a result since it was deployed.
updater_fresh() { [[ -f $UPDATER_RESULT ]]; }

# report_updater: facts for status.
report_updater() {
  local key value at='' now state
  if [[ ! -e $UPDATER_UNITS/$UPDATER.timer ]]; then
    state=absent
  elif unit_is "$UPDATER.timer" active; then
    state=active
  else
    state=stopped
  fi
  fact updater.timer "$state"
  if [[ ! -f $UPDATER_RESULT ]]; then return 0; fi
  read -r now _ </proc/uptime
  while read -r key value; do
    case $key in
      at) at=$value ;;
      since) fact updater.since "$((${now%.*} - ${value%.*}))" ;;
      *) if [[ -n $value ]]; then fact "updater.$key" "$value"; fi ;;
    esac
  done <"$UPDATER_RESULT"
  if [[ -n $at ]]; then fact updater.age "$((${now%.*} - ${at%.*}))"; fi
}
