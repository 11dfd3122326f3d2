#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh proxysql.sh mariadb-accounts.sh
#
# Purpose: the user as whom ProxySQL asks each member how it is; it may nothing else.
# Arguments: <addresses from where ProxySQL comes, as MariaDB writes them>
# Secrets: MONITOR_PASSWORD
# Changes: a user of the Galera cluster, where it is missing or has another password.
# Exit codes: 0 done, 64 wrong use, 1 failed.
# Safe to repeat: yes.

main() {
  need_args 1 "$@"
  use_secrets MONITOR_PASSWORD
  if ! root_answers; then
    # In one run with mariadb it is there by then.
    change account "$MONITOR" predicted
    return 0
  fi
  ensure_mariadb_account "$MONITOR" "$1" MONITOR_PASSWORD 'usage on *.*'
}

main "$@" </dev/null
