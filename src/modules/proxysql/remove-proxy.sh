#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh proxysql.sh
#
# Purpose: take ProxySQL off this host.
# Arguments: none
# Secrets: none
# Changes: ProxySQL stopped and disabled, its configuration (file and database, which hold passwords) removed. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

main() {
  local file
  if [[ $(state_of "$PROXYSQL_FILE" proxysql '^# Written by keybuzz') != ours ]]; then
    if listens "$MARIADB_PORT"; then
      refuse "The ProxySQL on this host was not deployed by us." "Take it off by hand."
    fi
    return 0
  fi
  stop_for_good "$PROXYSQL_UNIT"
  for file in "$PROXYSQL_DATA"/proxysql*.db* "$PROXYSQL_FILE" "/etc/systemd/system/$PROXYSQL_UNIT.d/keybuzz.conf"; do
    remove_file "$file"
  done
  if applying; then systemctl daemon-reload; fi
}

main "$@" </dev/null
