#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh redis.sh redis-perl.sh marker.sh redis-marker.sh
#
# Purpose: end the markers, tell what the move cost, and take keys and files away.
# Arguments: <master name> <address of each member, joined by commas> <outage in seconds that is good> <name=address of each HAProxy>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: the writer's unit, directory and keys go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

# report <master name> <addresses> <outage that is good> <entries' names, joined by commas>
report() { run_perl "$MARKER_REPORT" "$MARKER_DIRECTORY" "$(marker_token)" "$3" "$4" "$1" "$2"; }

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  if ! applying; then return 0; fi
  tell_markers report "$1" "$2" "$3" "$(entry_names "${@:4}")"
}

main "$@" </dev/null
