#!/usr/bin/env bash
# needs: lib.sh system.sh redis.sh redis-perl.sh redis-marker.sh
#
# Purpose: end the markers, tell what the move cost, and take keys and files away.
# Arguments: <master name> <address of each member, joined by commas> <outage in seconds that is good> <name=address of each HAProxy>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: the writer's unit, directory and keys go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  local report
  if ! applying; then return 0; fi
  if [[ ! -e $MARKER_DIRECTORY/token ]]; then
    systemctl stop "$MARKER_UNIT" 2>/dev/null || true
    return 0
  fi
  systemctl stop "$MARKER_UNIT" 2>/dev/null || true
  report=$(run_perl "$MARKER_REPORT" "$MARKER_DIRECTORY" "$(cat "$MARKER_DIRECTORY/token")" "$1" "$3" "$2" "${@:4}")
  rm -rf -- "$MARKER_DIRECTORY"
  (
    umask 077
    printf '%s\n' "$report" | sed -n 's/^::fact verdict //p' >"$MARKER_VERDICT"
  )
  printf '%s\n' "$report"
}

main "$@" </dev/null
