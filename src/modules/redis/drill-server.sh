#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh redis.sh redis-perl.sh units.sh
#
# Purpose: kill the Redis of this host without a warning, when it is the master, and see who becomes master.
# Arguments: <own address> <master name> <address of each member, own too>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting Redis again (return-server.sh removes it); Redis is killed.
# Exit codes: 0 another is master, or this is none; 64 wrong use, 69 refused, 1 nobody took over or it can't be killed.
# Safe to repeat: no: each time the master of that moment is killed.

TAKEOVER_SECONDS=60

# shellcheck disable=SC2016 # perl's own variables
AWAIT_MASTER='
my ($redis, $sentinel) = passwords();
my ($seconds, $old, $name, @members) = @ARGV;
my $start = now();
while (now() - $start < $seconds) {
  my $master = majority($name, $sentinel, 0.3, @members);
  if ($master ne "" && $master ne $old) {
    my ($role) = once($master, 6379, $redis, 0.3, "ROLE");
    if (defined $role && $role eq "master") {
      fact("new-master", $master);
      told("takeover", "pass", sprintf("%.2fs", now() - $start), "the Sentinels made $master master");
      exit 0;
    }
  }
  nap(0.05);
}
lose("No other node became master within $seconds s.", "See the Sentinels: journalctl -u redis-sentinel; status redis.");
'

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  local address=$1 name=$2 members=("${@:3}")
  find_master "$address" "$name" "${members[@]}"
  if [[ $MASTER_FROM != sentinels ]]; then
    refuse "No Sentinel names a master, so none can be moved." "Start the Sentinels; see status redis."
  fi
  if [[ $MASTER != "$address" ]]; then return 0; fi
  unit_of_port "$REDIS_PORT"
  change primary "$UNIT" "killed (SIGKILL), kept stopped until another is master"
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  fact old-master "$address"
  kill_unit "$UNIT" "$REDIS_PORT"
  run_perl "$AWAIT_MASTER" "$TAKEOVER_SECONDS" "$address" "$name" "${members[@]}"
}

main "$@" </dev/null
