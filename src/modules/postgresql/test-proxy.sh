#!/usr/bin/env bash
# needs: lib.sh perl.sh http.sh postgresql.sh
#
# Purpose: prove that this host's entries work: write through 5432 and PgBouncer 6432, read it back through 5433, and let
#          pgvector compute a distance.
# Arguments: <own name> <own address> <address of each member, joined by commas> <seconds that the entries may take to lead
#            to the leader; 0: they must already>
# Secrets: APP_PASSWORD
# Changes: a table keybuzz_probe_<own name> in the applications' database, dropped at the end.
# Exit codes: 0 proven, 64 wrong use, 1 not proven.
# Safe to repeat: yes.

# through <port> <statement>: sets ROWS to what it gives; fails by itself.
through() {
  local status=0
  ROWS=$(ask_sql "$ADDRESS" "$1" "$APP" "$APP" <<<"$2") || status=$?
  if ((status != 0)); then
    fail "Through port $1, PostgreSQL did not take: $2 (status $status of psql)." "See the module's checks."
  fi
}

takes_writes() {
  local port
  for port in "$POSTGRES_PORT" "$POOLER_PORT"; do
    [[ $(ask_sql "$ADDRESS" "$port" "$APP" "$APP" <<<'select pg_is_in_recovery()') == f ]] || return 1
  done
}

reads_back() { [[ $(ask_sql "$ADDRESS" "$REPLICA_PORT" "$APP" "$APP" <<<"select count(*) from $TABLE where value = '$VALUE'") == 2 ]]; }

main() {
  need_args 4 "$@"
  use_secrets APP_PASSWORD
  use_passfile "$APP" APP_PASSWORD
  ADDRESS=$2 TABLE=keybuzz_probe_${1//-/_} VALUE=$(cat /proc/sys/kernel/random/uuid)
  local port leader

  progress 1/4 "write"
  # What is not so by then the statements themselves tell.
  if (($4 > 0)); then wait_for "$4" takes_writes || true; fi
  through "$POSTGRES_PORT" "drop table if exists $TABLE; create table $TABLE (port int, value text)"
  for port in "$POSTGRES_PORT" "$POOLER_PORT"; do
    through "$port" "insert into $TABLE values ($port, '$VALUE') returning host(inet_server_addr())"
    fact "wrote-on-$port" "$ROWS"
  done
  leader=$ROWS

  progress 2/4 "ask the leader itself"
  ROWS=$(SESSION=read-write ask_sql "$3" "$POSTGRES_PORT" "$APP" "$APP" <<<"select host(inet_server_addr()), count(*) from $TABLE where value = '$VALUE'") || ROWS=
  if [[ $ROWS != "$leader|2" ]]; then
    fail "The two writes did not land on the leader: it says ${ROWS:-nothing}." "See the module's checks."
  fi

  progress 3/4 "read from a replica"
  if ! wait_for 10 reads_back; then fail "Port $REPLICA_PORT does not give what was written, after 10 s." "See replication-lag."; fi
  through "$POSTGRES_PORT" "select '[1,2,3]'::vector <-> '[4,6,3]'::vector"
  if [[ $ROWS != 5 ]]; then fail "pgvector's distance of [1,2,3] and [4,6,3] is ${ROWS:-nothing}, not 5." "See pgvector."; fi

  progress 4/4 "delete"
  through "$POSTGRES_PORT" "drop table $TABLE"
  check probe pass "$leader" "written through $POSTGRES_PORT and $POOLER_PORT on $leader, read through $REPLICA_PORT"
}

main "$@" </dev/null
