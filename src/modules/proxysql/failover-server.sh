#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh units.sh mariadb-moves.sh proxysql.sh proxysql-moves.sh
#
# Purpose: let the proxies lead to another member, when this host's is the writer; it goes on as a member.
# Arguments: <own name> <addresses of the proxies, joined by commas> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: wsrep_desync ON, until return-server.sh puts it back: ProxySQL leads nobody to such a member, its sessions there end.
# Exit codes: 0 another is writer, or this host's member is not; 64 wrong use, 69 refused, 1 the proxies don't go elsewhere.
# Safe to repeat: no: each time the writer of that moment gives its role away.

main() {
  need_args 4 "$@"
  use_secrets APP_PASSWORD
  local start
  take_move_args "$@"
  if ! is_writer; then return 0; fi
  change member "$OWN" "the proxies lead to another; sessions end"
  if ! applying; then return 0; fi
  read -r start _ </proc/uptime
  if ! desync ON; then
    fail "MariaDB of this host does not let root set wsrep_desync." "Root must get in over the socket: see journalctl -u mariadb."
  fi
  await_writer "$start" switch
}

main "$@" </dev/null
