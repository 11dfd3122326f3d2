#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh
#
# Purpose: take PostgreSQL, Patroni and their etcd off this host; the data stays, under another name.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: none
# Changes: Patroni (and PostgreSQL with it) and our etcd stopped and disabled, our configuration removed, the directories
#          of the data, of RAFT and of etcd moved aside. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

FILES=("$PATRONI_FILE" "/etc/systemd/system/$PATRONI_UNIT.d/keybuzz.conf" /var/lib/postgresql/pgpass)

# remove_etcd: ours alone; a migration that never was ended may have left one beside RAFT.
remove_etcd() {
  if [[ $(state_of "$ETCD_FILE" etcd-server '^# Written by keybuzz') != ours ]]; then return 0; fi
  stop_for_good "$ETCD_UNIT"
  move_aside "$ETCD_DATA"
  remove_file "$ETCD_FILE"
  remove_file "/etc/systemd/system/$ETCD_UNIT.d/keybuzz.conf"
}

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
  remove_etcd
  if [[ $state == ours ]]; then
    for file in "${FILES[@]}"; do remove_file "$file"; done
    if applying; then systemctl daemon-reload; fi
  fi
}

main "$@" </dev/null
