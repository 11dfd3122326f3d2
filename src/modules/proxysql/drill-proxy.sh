#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh proxysql.sh proxysql-moves.sh
#
# Purpose: kill ProxySQL of this host without a warning, when its turn it is, and see whether the other one serves.
# Arguments: <own address> <address of the proxy that is killed> <address of the other>
# Secrets: APP_PASSWORD
# Changes: a drop-in in /run that keeps systemd from starting ProxySQL again (return-proxy.sh removes it); it is killed.
# Exit codes: 0 the other serves, or another's turn it is; 64 wrong use, 69 refused, 1 it does not, or it can't be killed.
# Safe to repeat: yes.

other_serves() { writer_behind "$1" "$MARIADB_PORT" >/dev/null; }

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  local start
  if [[ $1 != "$2" ]]; then return 0; fi
  use_client_file "$APP" APP_PASSWORD
  unit_of_port "$MARIADB_PORT"
  change proxy "$UNIT" "killed (SIGKILL), kept stopped until the other was seen to serve"
  if ! applying; then return 0; fi
  keep_stopped "$UNIT"
  read -r start _ </proc/uptime
  kill_unit "$UNIT" "$MARIADB_PORT"
  if ! wait_for 10 other_serves "$3"; then
    fail "Nobody answers behind the other ProxySQL at $3." "See entry in status proxysql."
  fi
  check other-serves pass "$(seconds_since "$start")s" "the ProxySQL at $3 serves alone"
}

main "$@" </dev/null
