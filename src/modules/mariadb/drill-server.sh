#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh
#
# Purpose: kill MariaDB of this host without a warning, when its member is the one whose turn it is, and see whether the
#          others go on; return-server.sh starts it again.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting MariaDB again (return-server.sh removes it); it is killed.
# Exit codes: 0 the others go on, or another's turn it is; 64 wrong use, 69 refused, 1 they don't, or it can't be killed.
# Safe to repeat: no: each time the member of that moment is killed.

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  local start
  know_members "$1" "${@:2}"
  use_client_file "$APP" APP_PASSWORD
  if ! is_chosen; then return 0; fi
  unit_of_port "$MARIADB_PORT"
  change member "$UNIT" "killed (SIGKILL), kept stopped until the others go on without it"
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  remember_data
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$MARIADB_PORT"
  await_others "$start" takeover
}

main "$@" </dev/null
