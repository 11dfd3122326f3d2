#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh
#
# Purpose: prove that what is written on this host is read on the others, and leave nothing behind.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: APP_PASSWORD
# Changes: a table keybuzz_probe_<own name> in the applications' database, dropped at the end, also after a failure.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

# on <address> <statement>: sets ROWS to what it gives; fails by itself.
on() {
  local status=0
  ROWS=$(ask_mariadb "$1" "$MARIADB_PORT" "$APP" <<<"$2") || status=$?
  if ((status != 0)); then
    give_up "The MariaDB at $1 did not take: $2 ($(mariadb_word "$status"))."
  fi
}

drop() { ask_mariadb "$SELF" "$MARIADB_PORT" "$APP" <<<"drop table if exists $TABLE" >/dev/null 2>&1; }

give_up() {
  drop || true
  fail "$1" "See the module's checks."
}

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  know_members "$1" "${@:2}"
  use_client_file "$APP" APP_PASSWORD
  TABLE=keybuzz_probe_${OWN//-/_}
  local address value
  value=$(cat /proc/sys/kernel/random/uuid)

  progress 1/3 "write"
  on "$SELF" "drop table if exists $TABLE; create table $TABLE (id int primary key, value char(36)) engine=InnoDB;
    insert into $TABLE values (1, '$value')"

  progress 2/3 "read on the others"
  for address in "${ADDRESSES[@]}"; do
    on "$address" "set session wsrep_sync_wait = 1; select value from $TABLE where id = 1"
    if [[ $ROWS != "$value" ]]; then give_up "What was written on $OWN is not read at $address: it gives ${ROWS:-nothing}."; fi
  done

  progress 3/3 "delete"
  on "$SELF" "drop table $TABLE"
  check probe pass "$OWN" "written here, read on all ${#ADDRESSES[@]}, deleted"
}

main "$@" </dev/null
