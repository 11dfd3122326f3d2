#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh haproxy.sh
#
# Purpose: lead nobody to PostgreSQL any more: this module's part of HAProxy and PgBouncer go, other modules' parts stay.
# Arguments: <own address>
# Secrets: none
# Changes: PgBouncer stopped and disabled, its configuration and drop-in removed; the fragment 30-postgresql.cfg; HAProxy is
#          reloaded. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes.

FILES=(/etc/pgbouncer/pgbouncer.ini /etc/pgbouncer/userlist.txt "/etc/systemd/system/$POOLER_UNIT.d/keybuzz.conf")

main() {
  need_args 1 "$@"
  local file
  if [[ -e $HAPROXY_FRAGMENTS/$FRAGMENT ]]; then haproxy_without "$FRAGMENT"; fi
  if [[ $(state_of "${FILES[0]}" pgbouncer '^; Written by keybuzz') == ours ]]; then
    stop_for_good "$POOLER_UNIT"
    for file in "${FILES[@]}"; do remove_file "$file"; done
    if applying; then systemctl daemon-reload; fi
  fi
  haproxy_remove "$FRAGMENT"
}

main "$@" </dev/null
