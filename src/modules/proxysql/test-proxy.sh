#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh proxysql.sh
#
# Purpose: prove that what applications write through this host's ProxySQL is on every member, and leave nothing behind.
# Arguments: <own name> <own address> <address of each member, joined by commas>
# Secrets: APP_PASSWORD
# Changes: a table keybuzz_probe_<own name> in the applications' database, dropped at the end, also after a failure.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

# on <address> <statement>: sets ROWS to what it gives; fails by itself.
on() {
  local status=0
  ROWS=$(ask_mariadb "$1" "$MARIADB_PORT" "$APP" <<<"$2") || status=$?
  if ((status != 0)); then give_up "What is at $1 did not take: $2 ($(mariadb_word "$status"))."; fi
}

drop() { ask_mariadb "$ADDRESS" "$MARIADB_PORT" "$APP" <<<"drop table if exists $TABLE" >/dev/null 2>&1; }

give_up() {
  drop || true
  fail "$1" "See the module's checks."
}

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  ADDRESS=$2 TABLE=keybuzz_probe_${1//-/_}
  use_client_file "$APP" APP_PASSWORD
  local addresses address value writer
  IFS=, read -ra addresses <<<"$3"
  value=$(cat /proc/sys/kernel/random/uuid)

  progress 1/3 "write"
  on "$ADDRESS" "drop table if exists $TABLE; create table $TABLE (id int primary key, value char(36)) engine=InnoDB;
    insert into $TABLE values (1, '$value'); select @@wsrep_node_address"
  writer=$ROWS

  progress 2/3 "read"
  on "$ADDRESS" "select value from $TABLE where id = 1"
  if [[ $ROWS != "$value" ]]; then give_up "What was written through ProxySQL is not read through it: ${ROWS:-nothing}."; fi
  for address in "${addresses[@]}"; do
    on "$address" "set session wsrep_sync_wait = 1; select value from $TABLE where id = 1"
    if [[ $ROWS != "$value" ]]; then give_up "What was written through ProxySQL is not read at $address: ${ROWS:-nothing}."; fi
  done

  progress 3/3 "delete"
  on "$ADDRESS" "drop table $TABLE"
  check probe pass "$writer" "written through this ProxySQL on $writer, read on all ${#addresses[@]} members, deleted"
}

main "$@" </dev/null
