#!/usr/bin/env bash
# needs: lib.sh redis-marker.sh
#
# Purpose: let the run fail when the markers tell of a loss: marker-stop.sh itself is compensation and always succeeds.
# Arguments: none
# Secrets: none
# Changes: nothing.
# Exit codes: 0 nothing was lost, 1 something was, or nobody knows.
# Safe to repeat: yes.

main() {
  local verdict=''
  if [[ -f $MARKER_VERDICT ]]; then verdict=$(cat -- "$MARKER_VERDICT"); fi
  case $verdict in
    pass) ;;
    fail)
      fail "The move cost more than it may: see outage, lost-writes and two-masters." \
        "Read \"What can go wrong\" in the README of the module before the next one."
      ;;
    *) fail "No marker told what the move cost." "Was $MARKER_UNIT on this host stopped, or the host restarted? Repeat the move." ;;
  esac
}

main "$@" </dev/null
