#!/usr/bin/env bash
# needs: lib.sh perl.sh http.sh postgresql.sh
#
# Purpose: hand the leader's role over to a replica that has every write, when this host's member leads.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: POSTGRES_PASSWORD PATRONI_PASSWORD
# Changes: PostgreSQL of this host ends its sessions and becomes a replica; another member leads.
# Exit codes: 0 another leads, or this host's member does not; 64 wrong use, 69 refused, 1 it was not handed over.
# Safe to repeat: no: each time the leader of that moment hands over.

# A transaction this old would be lost, and its client may not try again.
TRANSACTION_SECONDS=15

CANDIDATE_SQL="select application_name from pg_stat_replication where state = 'streaming'
  order by sync_state in ('sync', 'quorum') desc, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) limit 1"
LONG_SQL="select count(*) from pg_stat_activity where backend_type = 'client backend'
  and xact_start < now() - interval '$TRANSACTION_SECONDS s' and pid <> pg_backend_pid()"

# sql <statement>: sets ROWS.
sql() { ROWS=$(ask_own_sql postgres <<<"$1") || refuse "PostgreSQL of this host does not answer." "See status postgresql."; }

is_replaced() { has_leader && [[ $LEADER != "$SELF" ]]; }

main() {
  need_args 3 "$@"
  use_secrets POSTGRES_PASSWORD PATRONI_PASSWORD
  local own reply candidate start
  know_members "$1" "${@:2}"
  find_leader
  if [[ -z $LEADER ]]; then refuse "No member leads, so none can hand over." "See status postgresql."; fi
  if [[ $LEADER != "$SELF" ]]; then return 0; fi
  change primary postgresql "handed over to the replica that has every write; sessions end"
  use_passfile "$SUPERUSER" POSTGRES_PASSWORD
  sql "$LONG_SQL"
  if ((ROWS > 0)); then
    refuse "Transactions have run for more than $TRANSACTION_SECONDS s on $OWN ($ROWS of them); a switchover would end them." \
      "Wait for them, or end them (pg_stat_activity names them), then repeat."
  fi
  if ! applying; then return 0; fi
  sql "$CANDIDATE_SQL"
  candidate=$ROWS
  if [[ -z $candidate ]]; then refuse "No replica streams from $OWN." "See replicas in status postgresql."; fi
  # What is written now need not be written while everybody waits.
  sql checkpoint
  # Its own name for itself, also where somebody else installed it.
  reply=$(ask_patroni "$SELF" GET /patroni) || refuse "Patroni of this host does not answer." "See status postgresql."
  own=$(json_of "${reply#*$'\n'}" patroni name)
  fact old-leader "$SELF"
  read -r start _ </proc/uptime
  reply=$(HTTP_SECONDS=60 ask_patroni "$SELF" POST /switchover <<<"{\"leader\": \"$own\", \"candidate\": \"$candidate\"}") || reply=none
  if [[ ${reply%%$'\n'*} != 200 ]]; then
    fail "Patroni did not hand over to $candidate: ${reply//$'\n'/ }" "See status postgresql; is PATRONI_PASSWORD that of the cluster?"
  fi
  if ! wait_for 20 is_replaced; then
    fail "Patroni says that it handed over, but no other member leads after 20 s." "See status postgresql."
  fi
  fact new-leader "$LEADER"
  check switch pass "$(seconds_since "$start")s" "$OWN handed over to $candidate"
}

main "$@" </dev/null
