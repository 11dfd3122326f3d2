#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh proxysql.sh proxysql-moves.sh
#
# Purpose: kill MariaDB of this host without a warning, when its member is the writer, and see whether the proxies lead on.
# Arguments: <own name> <addresses of the proxies, joined by commas> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting MariaDB again (return-server.sh removes it); it is killed.
# Exit codes: 0 another is writer, or this host's member is not; 64 wrong use, 69 refused, 1 none is, or it can't be killed.
# Safe to repeat: no: each time the writer of that moment is killed.

main() {
  need_args 4 "$@"
  use_secrets APP_PASSWORD
  local start
  take_move_args "$@"
  if ! is_writer; then return 0; fi
  unit_of_port "$MARIADB_PORT"
  change member "$UNIT" "killed (SIGKILL), kept stopped until the others go on and the proxies lead to one of them"
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  remember_data
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$MARIADB_PORT"
  # The proxies lead elsewhere at once, but nobody there takes a write before the others count without this member; were
  # it started in between, they would begin to count anew, and writes stand still for some seconds more.
  await_others "$start" others
  await_writer "$start" takeover
}

main "$@" </dev/null
