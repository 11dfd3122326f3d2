#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh
#
# Purpose: say what this host's Patroni and PostgreSQL know; the worker compares the hosts.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: POSTGRES_PASSWORD RAFT_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when something is down: `patroni`, `postgresql`, `raft` and `etcd` say so; 64 wrong use.
# Safe to repeat: yes.

# Each row is the name of a fact and its value.
# shellcheck disable=SC2016 # a dollar is SQL's
SERVER_SQL="
select 'recovery', pg_is_in_recovery();
select 'version', current_setting('server_version');
select 'directory', current_setting('data_directory');
select 'synchronous', current_setting('synchronous_standby_names') <> '';
select 'timeline', case when pg_is_in_recovery() then (select received_tli from pg_stat_wal_receiver)
  else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end;
select 'replicas', string_agg(format('name=%s,state=%s,sync=%s,lag=%s', application_name, state, sync_state,
  pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), ' ' order by application_name)
  from pg_stat_replication where not pg_is_in_recovery() and state <> 'backup';
select 'archive', case when current_setting('archive_mode') = 'off' then 'off'
  when last_failed_time > coalesce(last_archived_time, '-infinity') then 'failing' else 'on' end from pg_stat_archiver;
select 'archived-seconds-ago', extract(epoch from now() - last_archived_time)::bigint from pg_stat_archiver;
"

# RAFT as this member sees it, asked the way Patroni's own library asks.
RAFT_QUESTION='
import sys
try:
    from pysyncobj.utility import TcpUtility
    status = TcpUtility(password=sys.stdin.readline().rstrip("\n"), timeout=2).executeCommand(sys.argv[1], ["status"])
    partners = [value for key, value in status.items() if key.startswith("partner_node_status_server_")]
    facts = {"members": len(partners) + 1, "connected": partners.count(2) + 1, "leader": status["leader"]}
except Exception:
    sys.exit(1)
for name, value in facts.items():
    print(f"::fact raft.{name} {value}")
'

# report_patroni: what it says of itself and of the cluster, as JSON.
report_patroni() {
  local reply path
  if ! listens "$PATRONI_PORT"; then
    fact patroni stopped
    return 0
  fi
  for path in patroni cluster; do
    if ! reply=$(ask_patroni "$SELF" GET "/$path"); then
      fact patroni silent
      return 0
    fi
    fact "patroni.$path" "${reply#*$'\n'}"
  done
  fact patroni answers
}

report_postgresql() {
  local reply status=0 name value
  if ! listens "$POSTGRES_PORT"; then
    fact postgresql stopped
    return 0
  fi
  reply=$(ask_own_sql postgres <<<"$SERVER_SQL") || status=$?
  fact postgresql "$(sql_word "$status")"
  if ((status != 0)); then return 0; fi
  while IFS='|' read -r name value; do
    if [[ $name == directory ]]; then DIRECTORY=$value; fi
    fact_of "postgresql.$name" "$value"
  done <<<"$reply"
  report_vector
}

# report_vector: a distance that is 5, where the extension is.
report_vector() {
  local there distance
  there=$(ask_own_sql "$APP" <<<"select count(*) from pg_extension where extname = 'vector'") || return 0
  fact postgresql.vector "$there"
  if [[ $there != 1 ]]; then return 0; fi
  distance=$(ask_own_sql "$APP" <<<"select '[1,2,3]'::vector <-> '[4,6,3]'::vector") || return 0
  fact postgresql.distance "$distance"
}

report_raft() {
  if ! listens "$RAFT_PORT"; then
    fact raft stopped
  elif printf '%s\n' "$RAFT_PASSWORD" | python3 -c "$RAFT_QUESTION" "$SELF:$RAFT_PORT"; then
    fact raft answers
  else
    fact raft silent
  fi
}

# report_etcd: what this host's etcd knows of all.
report_etcd() {
  local reply members
  if ! listens "$ETCD_PORT"; then
    fact etcd stopped
  elif reply=$(etcd_ask "$SELF" /v3/maintenance/status <<<'{}') && members=$(etcd_ask "$SELF" /v3/cluster/member/list <<<'{}') &&
    etcd_facts "${reply#*$'\n'}" "${members#*$'\n'}"; then
    fact etcd.health "$(json_of "$(http_ask "$SELF" "$ETCD_PORT" GET /health </dev/null | tail -n 1)" health)"
    fact etcd answers
  else
    fact etcd silent
  fi
}

main() {
  need_args 2 "$@"
  use_secrets POSTGRES_PASSWORD RAFT_PASSWORD
  know_members "$1" "${@:2}"
  use_passfile "$SUPERUSER" POSTGRES_PASSWORD
  DIRECTORY=$POSTGRES_DATA
  report_patroni
  report_postgresql
  report_raft
  report_etcd
  if [[ -n $(store_of_member) ]]; then fact store "$(store_of_member)"; fi
  fact disk.used "$(disk_used "$DIRECTORY")"
}

main "$@" </dev/null
