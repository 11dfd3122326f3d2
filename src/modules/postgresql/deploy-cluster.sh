#!/usr/bin/env bash
# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-cluster.sh
#
# Purpose: where this host's member leads: the cluster's settings, the applications' user and database, and pgvector in it.
# Arguments: <own name> <network> <synchronous: on|off> <name=address of each member, own too, the seed first>...
# Secrets: POSTGRES_PASSWORD APP_PASSWORD PATRONI_PASSWORD
# Changes: Patroni's dynamic settings, a role, a database, an extension; where the member does not lead nothing.
# Exit codes: 0 done, 64 wrong use, 69 refused, 1 failed.
# Safe to repeat: yes; nothing that is as it should be is touched.

# sql <database> <statement>: sets ROWS to what it gives; fails by itself.
sql() {
  local status=0
  ROWS=$(ask_own_sql "$1" <<<"$2") || status=$?
  if ((status != 0)); then
    fail "PostgreSQL did not take: ${2%%\'SCRAM*} (status $status of psql)." \
      "Is POSTGRES_PASSWORD that of the cluster? See also PostgreSQL's own log on the host."
  fi
}

ensure_cluster_settings() {
  local wanted reply present name value
  wanted=$(cluster_settings "$NETWORK" "$SYNCHRONOUS")
  reply=$(ask_patroni "$SELF" GET /config) || fail "Patroni did not give its settings." "See journalctl -u $PATRONI_UNIT."
  present=${reply#*$'\n'}
  while read -r name value; do
    change setting "patroni:$name" "$value"
  done < <(settings_that_differ "$wanted" "$present")
  if ! applying || [[ -z $(settings_that_differ "$wanted" "$present") ]]; then return 0; fi
  reply=$(ask_patroni "$SELF" PATCH /config <<<"$wanted") || reply=none
  if [[ ${reply%%$'\n'*} != 200 ]]; then
    fail "Patroni refused the settings: ${reply//$'\n'/ }" "Is PATRONI_PASSWORD that of the cluster?"
  fi
}

# One row: whether the role is there, whether it may log in, and what its password is checked with.
ensure_role() {
  local exists can_login stored verifier
  sql postgres "select count(*), coalesce(bool_or(rolcanlogin), false), coalesce(max(rolpassword), '') from pg_authid where rolname = '$APP'"
  IFS='|' read -r exists can_login stored <<<"$ROWS"
  verifier=$(scram_verifier "$stored" APP_PASSWORD)
  if [[ $can_login == t && -z $verifier ]]; then return 0; fi
  change role "$APP" "login, with the password of the credentials file"
  if ! applying; then return 0; fi
  if [[ $exists == 0 ]]; then sql postgres "create role $APP"; fi
  if [[ -n $verifier ]]; then sql postgres "alter role $APP password '$verifier'"; fi
  sql postgres "alter role $APP login"
}

ensure_database() {
  sql postgres "select count(*) from pg_database where datname = '$APP'"
  DATABASE_EXISTS=$ROWS
  if [[ $DATABASE_EXISTS == 1 ]]; then return 0; fi
  change database "$APP" "owned by $APP"
  if applying; then sql postgres "create database $APP owner $APP"; fi
}

ensure_extension() {
  if [[ $DATABASE_EXISTS == 1 ]]; then
    sql "$APP" "select count(*) from pg_extension where extname = 'vector'"
    if [[ $ROWS == 1 ]]; then return 0; fi
  fi
  change extension "$APP:vector"
  if applying; then sql "$APP" "create extension vector"; fi
}

# predict: nobody leads yet, and the data will begin on the seed.
predict() {
  if [[ $OWN != "$SEED" ]]; then return 0; fi
  change role "$APP" "login, with the password of the credentials file, predicted"
  change database "$APP" "owned by $APP, predicted"
  change extension "$APP:vector" predicted
}

main() {
  need_args 5 "$@"
  use_secrets POSTGRES_PASSWORD APP_PASSWORD PATRONI_PASSWORD
  NETWORK=$2 SYNCHRONOUS=$3
  know_members "$1" "${@:4}"
  find_leader
  if [[ -z $LEADER ]] && ! applying; then
    predict
    return 0
  fi
  if [[ -z $LEADER ]] && ! wait_for 60 has_leader; then
    fail "No member is leader after 60 s." "See journalctl -u $PATRONI_UNIT on the members."
  fi
  if [[ $LEADER != "$SELF" ]]; then return 0; fi
  use_passfile "$SUPERUSER" POSTGRES_PASSWORD
  ensure_cluster_settings
  ensure_role
  ensure_database
  ensure_extension
}

main "$@" </dev/null
