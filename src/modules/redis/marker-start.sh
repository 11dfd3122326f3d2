#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh redis.sh redis-perl.sh marker.sh redis-marker.sh
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

main() {
  need_args 3 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  local members entries=("${@:3}")
  IFS=, read -r -a members <<<"$2"
  announce_markers "${entries[@]}"
  if ! applying; then return 0; fi
  prepare_markers
  run_perl "$MARKER_NODES" "${members[@]}" >"$MARKER_DIRECTORY/nodes"
  printf '%s\n' "$REDIS_PASSWORD" >"$MARKER_DIRECTORY/secret"
  start_writer "$MARKER_WRITER" "${entries[@]}"
  await_writers haproxy-points-to-master "${entries[@]}"
}

main "$@" </dev/null
