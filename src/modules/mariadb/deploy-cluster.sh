#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh mariadb-accounts.sh
#
# Purpose: the applications' database and user, which every member has once one has them.
# Arguments: <addresses from where applications come, as MariaDB writes them>
# Secrets: APP_PASSWORD
# Changes: a database and a user, where they are missing or differ.
# Exit codes: 0 done, 64 wrong use, 69 refused, 1 failed.
# Safe to repeat: yes; nothing that is as it should be is touched.

main() {
  need_args 1 "$@"
  use_secrets APP_PASSWORD
  if ! root_answers; then
    change database "$APP" "predicted"
    change account "$APP" "predicted"
    return 0
  fi
  as_root "select count(*) from information_schema.schemata where schema_name = '$APP'"
  if [[ $ROWS == 0 ]]; then
    change database "$APP" "utf8mb4"
    if applying; then as_root "create database $APP character set utf8mb4 collate utf8mb4_unicode_ci"; fi
  fi
  ensure_mariadb_account "$APP" "$1" APP_PASSWORD "all privileges on $APP.*"
}

main "$@" </dev/null
