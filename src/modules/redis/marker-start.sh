#!/usr/bin/env bash
# needs: lib.sh system.sh redis.sh redis-perl.sh redis-marker.sh
#
# Purpose: begin to write markers through each HAProxy; a unit of its own goes on when this script and the worker end.
# Arguments: <master name> <address of each member, joined by commas> <name=address of each HAProxy>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: a transient unit and a directory in /run on this host; keys keybuzz:marker:<token>:<entry>.
# Exit codes: 0 every entry takes writes, 64 wrong use, 69 refused, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

# shellcheck disable=SC2016 # perl's own variables
MARKER_NODES='
my ($redis) = passwords();
for my $address (@ARGV) {
  my ($info) = once($address, 6379, $redis, 1, "INFO", "server");
  print "$1 $address\n" if defined $info && $info =~ /^run_id:(\w+)/m;
}
'

# every_entry_takes: each ledger has an acknowledged write.
every_entry_takes() {
  local entry
  for entry in "${ENTRIES[@]}"; do
    if ! grep -q ' ok ' "$MARKER_DIRECTORY/ledger-${entry%%=*}" 2>/dev/null; then return 1; fi
  done
}

end_writer() {
  systemctl stop "$MARKER_UNIT" 2>/dev/null || true
  rm -rf -- "$MARKER_DIRECTORY"
}

main() {
  need_args 3 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  local members
  IFS=, read -r -a members <<<"$2"
  ENTRIES=("${@:3}")
  change marker "$MARKER_UNIT" "writes through ${ENTRIES[*]%%=*}, ends by itself after $MARKER_SECONDS_MAX s"
  if ! applying; then return 0; fi
  end_writer
  umask 077
  mkdir "$MARKER_DIRECTORY"
  cat /proc/sys/kernel/random/uuid >"$MARKER_DIRECTORY/token"
  run_perl "$MARKER_NODES" "${members[@]}" >"$MARKER_DIRECTORY/nodes"
  printf '%s\n' "$RESP_LIBRARY$MARKER_WRITER" >"$MARKER_DIRECTORY/writer"
  printf '%s\n' "$REDIS_PASSWORD" >"$MARKER_DIRECTORY/secret"
  systemd-run --quiet --collect --unit="$MARKER_UNIT" --description="KeyBuzz markers through HAProxy" \
    --property=RuntimeMaxSec="$MARKER_SECONDS_MAX" --property=StandardInput=null --property=UMask=0077 \
    --property=ExecStopPost="/bin/rm -f $MARKER_DIRECTORY/secret" \
    perl "$MARKER_DIRECTORY/writer" "$MARKER_DIRECTORY" "$(cat "$MARKER_DIRECTORY/token")" "${ENTRIES[@]}"
  if wait_for 10 every_entry_takes; then return 0; fi
  end_writer
  fail "Not every HAProxy took a write within 10 s: ${ENTRIES[*]}." "See haproxy-points-to-master in status redis."
}

main "$@" </dev/null
