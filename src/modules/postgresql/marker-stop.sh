#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh http.sh postgresql.sh marker.sh postgresql-marker.sh
#
# Purpose: end the markers, tell what the move cost, and take table and files away.
# Arguments: <address of each member, joined by commas> <outage in seconds that is good> <name=address:port of each entry>...
# Secrets: APP_PASSWORD
# Changes: the writer's unit, directory and table go; the one word of the verdict stays in /run for marker-verdict.sh.
# Exit codes: 0 done, also when no marker runs; 64 wrong use.
# Safe to repeat: yes.

# ask_leader <addresses> <statement>: whichever member takes writes.
ask_leader() { SESSION=read-write ask_sql "$1" "$POSTGRES_PORT" "$APP" "$APP" <<<"$2"; }

leader_answers() { LEADER=$(ask_leader "$1" 'select host(inet_server_addr())'); }

# report <addresses> <outage that is good> <entries' names, joined by commas>
report() {
  LEADER=''
  if wait_for 30 leader_answers "$1"; then
    ask_leader "$1" "select entry, marker from $MARKER_TABLE where token = '$(marker_token)'"
  else
    LEADER=''
  fi >"$MARKER_DIRECTORY/rows" || LEADER=''
  perl -e "$MARKER_REPORT" -- "$MARKER_DIRECTORY" "$(marker_token)" "$2" "$3" "$LEADER" <"$MARKER_DIRECTORY/rows"
  # One that stays is dropped by the next move.
  ask_leader "$1" "drop table if exists $MARKER_TABLE" || true
}

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  if ! applying; then return 0; fi
  use_passfile "$APP" APP_PASSWORD
  tell_markers report "$1" "$2" "$(entry_names "${@:3}")"
}

main "$@" </dev/null
