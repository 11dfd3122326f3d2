#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh http.sh postgresql.sh haproxy.sh
#
# Purpose: say which PostgreSQL answers behind each entry of this host: 5432 for writes, 5433 for reads, PgBouncer 6432.
# Arguments: <own address>
# Secrets: APP_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when nothing answers: the entry's fact says so; 64 wrong use.
# Safe to repeat: yes.

# report_entry <fact> <port>: the node that answers, and whether it takes writes.
report_entry() {
  local reply status=0
  if ! listens "$2"; then
    fact "$1" stopped
    return 0
  fi
  reply=$(ask_sql "$SELF" "$2" "$APP" "$APP" <<<"select host(inet_server_addr()), pg_is_in_recovery()") || status=$?
  fact "$1" "$(sql_word "$status")"
  if ((status != 0)); then return 0; fi
  fact "$1.node" "${reply%|*}"
  fact "$1.recovery" "${reply#*|}"
}

main() {
  need_args 1 "$@"
  use_secrets APP_PASSWORD
  SELF=$1
  use_passfile "$APP" APP_PASSWORD
  local servers
  report_entry write "$POSTGRES_PORT"
  report_entry read "$REPLICA_PORT"
  report_entry pooler "$POOLER_PORT"
  if servers=$(haproxy_statistics); then
    fact write.up "$(haproxy_up "$servers" "$WRITE_BACKEND")"
    fact read.up "$(haproxy_up "$servers" be_postgresql_replicas)"
  fi
}

main "$@" </dev/null
