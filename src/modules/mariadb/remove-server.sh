#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh mariadb-server.sh
#
# Purpose: take MariaDB off this host; the data stays, under another name.
# Arguments: none
# Secrets: none
# Changes: MariaDB stopped and disabled, our configuration removed, the data directory moved aside. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

main() {
  if ! is_our_mariadb; then
    if listens "$MARIADB_PORT"; then
      refuse "The MariaDB on this host was not deployed by us." "Take it off by hand."
    fi
    return 0
  fi
  stop_for_good "$MARIADB_UNIT"
  move_aside "$MARIADB_DATA"
  remove_file "$MARIADB_FILE"
  remove_file "/etc/systemd/system/$MARIADB_UNIT.d/keybuzz.conf"
  if applying; then systemctl daemon-reload; fi
}

main "$@" </dev/null
