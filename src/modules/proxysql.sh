# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: talk to ProxySQL's admin on this host, and through ProxySQL to the Galera cluster.
# Arguments: none; put before each script that says `# needs: lib.sh preflight.sh mariadb.sh proxysql.sh`.
# Secrets: those that use_admin_file is given, in a file in memory.
# Changes: nothing.
# Exit codes: those of lib.sh; ask_admin has those of ask_mariadb.
# Safe to repeat: yes.

PROXYSQL_UNIT=proxysql.service
PROXYSQL_FILE=/etc/proxysql.cnf
PROXYSQL_DATA=/var/lib/proxysql
ADMIN_PORT=6032
ADMIN='admin'
# It asks each member how it is; it may nothing else.
MONITOR=keybuzz_monitor

# use_admin_file: sets ADMIN_FILE for ask_admin; CLIENT_FILE stays what it was.
use_admin_file() {
  local kept=${CLIENT_FILE:-}
  use_client_file "$ADMIN" ADMIN_PASSWORD
  ADMIN_FILE=$CLIENT_FILE CLIENT_FILE=$kept
}

# ask_admin: ProxySQL's SQL on stdin; as ask_mariadb.
ask_admin() { CLIENT_FILE=$ADMIN_FILE ask_mariadb 127.0.0.1 "$ADMIN_PORT" ''; }

# factory_admin: somebody gets in with the credentials that ProxySQL comes with.
factory_admin() {
  local FACTORY=admin CLIENT_FILE
  use_client_file admin FACTORY
  ask_mariadb 127.0.0.1 "$ADMIN_PORT" '' <<<'select 1' >/dev/null
}

# writer_behind <address> <port>: prints the address of the member that answers there, as Galera knows it.
writer_behind() { ask_mariadb "$1" "$2" "$APP" <<<"select @@wsrep_node_address"; }
