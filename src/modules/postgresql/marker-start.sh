#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh http.sh postgresql.sh marker.sh postgresql-marker.sh
#
# Purpose: begin to write markers through each entry; a unit of its own goes on when this script and the worker end.
# Arguments: <address of each member, joined by commas> <name=address:port of each entry>...
# Secrets: APP_PASSWORD
# Changes: package postgresql-client, a transient unit and a directory in /run on this host; the table keybuzz_marker.
# Exit codes: 0 every entry takes writes, 64 wrong use, 69 refused, 1 an entry takes none within 10 s.
# Safe to repeat: yes; it ends an earlier writer and begins anew.

main() {
  need_args 2 "$@"
  use_secrets APP_PASSWORD
  ensure_package postgresql-client
  announce_markers "${@:2}"
  if ! applying; then return 0; fi
  use_passfile "$APP" APP_PASSWORD
  prepare_markers
  if ! SESSION=read-write ask_sql "$1" "$POSTGRES_PORT" "$APP" "$APP" <<<"drop table if exists $MARKER_TABLE;
    create table $MARKER_TABLE (token uuid, entry text, marker int, primary key (token, entry, marker))"; then
    end_writer
    fail "No member takes the table of the markers." "See the module's checks."
  fi
  cp -- "$PASSFILE" "$MARKER_DIRECTORY/secret"
  start_writer "$MARKER_WRITER" "${@:2}"
  await_writers write-entry "${@:2}"
}

main "$@" </dev/null
