#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh http.sh postgresql.sh
#
# Purpose: take PostgreSQL and Patroni off this host; the data stays, under another name.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: none
# Changes: Patroni (and PostgreSQL with it) stopped and disabled, our configuration removed, the directories of the data and
#          of RAFT moved aside. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

FILES=("$PATRONI_FILE" "/etc/systemd/system/$PATRONI_UNIT.d/keybuzz.conf" /var/lib/postgresql/pgpass)

main() {
  need_args 2 "$@"
  local state file
  state=$(state_of "$PATRONI_FILE" patroni '^# Written by keybuzz')
  if [[ $state == foreign || ($state != ours && -n $(listener_of "$POSTGRES_PORT")) ]]; then
    refuse "The PostgreSQL on this host was not deployed by us." "Take it off by hand."
  fi
  stop_for_good "$PATRONI_UNIT"
  move_aside "$POSTGRES_DATA"
  move_aside "$RAFT_DATA"
  if [[ $state == ours ]]; then
    for file in "${FILES[@]}"; do remove_file "$file"; done
    if applying; then systemctl daemon-reload; fi
  fi
}

main "$@" </dev/null
