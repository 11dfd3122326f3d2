#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh proxysql.sh
#
# Purpose: say what this host's ProxySQL knows of the members, and who answers applications behind it.
# Arguments: <own address> <address of the other proxy> <address of the load balancer>
# Secrets: ADMIN_PASSWORD APP_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when nothing answers: `admin` and `entry` say so; 64 wrong use.
# Safe to repeat: yes.

MINUTE_SQL="(select count(*) from monitor.%s where error is not null and time_start_us > (strftime('%%s', 'now') - 60) * 1000000)"

admin_rows() { ask_admin <<<"$1"; }

# group_rows <text of rows> <name of each column>...: `name=value,...` groups parted by blanks.
group_rows() {
  awk -F '\t' -v names="${*:2}" '
    BEGIN { count = split(names, name, " ") }
    NF == count {
      for (at = 1; at <= count; at++) printf "%s%s=%s", (at > 1 ? "," : NR > 1 ? " " : ""), name[at], $at
    }' <<<"$1"
}

report_admin() {
  local status=0 rows
  if ! listens "$ADMIN_PORT"; then
    fact admin stopped
    return 0
  fi
  rows=$(admin_rows "select writer_hostgroup, backup_writer_hostgroup, max_writers, active from runtime_mysql_galera_hostgroups") || status=$?
  fact admin "$(mariadb_word "$status")"
  if factory_admin; then fact admin.factory yes; else fact admin.factory no; fi
  if ((status != 0)); then return 0; fi
  fact admin.galera "$(group_rows "$rows" writers backups max active)"
  rows=$(admin_rows "select hostgroup_id, hostname, status from runtime_mysql_servers order by 1, 2") &&
    fact admin.servers "$(group_rows "$rows" group host status)"
  rows=$(admin_rows "select distinct username, default_hostgroup from runtime_mysql_users where username = '$APP' and active = 1") &&
    fact admin.users "$(group_rows "$rows" user group)"
  rows=$(admin_rows "select distinct destination_hostgroup, apply from runtime_mysql_query_rules where active = 1") &&
    fact admin.rules "$(group_rows "$rows" group apply)"
  rows=$(admin_rows "select name, checksum from runtime_checksums_values
    where name in ('mysql_servers', 'mysql_users', 'mysql_query_rules') order by 1") &&
    fact admin.checksums "$(group_rows "$rows" name checksum)"
  report_unsaved
  # shellcheck disable=SC2059 # a statement with the table's name in it
  rows=$(admin_rows "select $(printf "$MINUTE_SQL" mysql_server_galera_log) + $(printf "$MINUTE_SQL" mysql_server_connect_log)
    + $(printf "$MINUTE_SQL" mysql_server_ping_log)") && fact admin.errors "$rows"
}

# report_unsaved: rows that are in memory or on disk, and not in both.
report_unsaved() {
  local table columns rows unsaved=0
  while read -r table columns; do
    rows=$(admin_rows "select (select count(*) from (select $columns from main.$table except select $columns from disk.$table))
      + (select count(*) from (select $columns from disk.$table except select $columns from main.$table))") || return 0
    unsaved=$((unsaved + rows))
  done <<'END'
mysql_servers hostgroup_id, hostname, port, weight
mysql_users username, default_hostgroup, active
mysql_query_rules rule_id, active, match_digest, destination_hostgroup
mysql_galera_hostgroups writer_hostgroup, max_writers, active
END
  fact admin.unsaved "$unsaved"
}

# report_entry <fact> <address>: the member that answers applications there.
report_entry() {
  local reply status=0
  reply=$(writer_behind "$2" "$MARIADB_PORT") || status=$?
  fact "$1" "$(mariadb_word "$status")"
  if ((status == 0)); then fact_of "$1.node" "$reply"; fi
}

main() {
  need_args 3 "$@"
  use_secrets ADMIN_PASSWORD APP_PASSWORD
  SELF=$1
  use_admin_file
  use_client_file "$APP" APP_PASSWORD
  report_admin
  if listens "$MARIADB_PORT"; then report_entry entry "$SELF"; else fact entry stopped; fi
  if [[ $(port_state "$3" "$MARIADB_PORT") == open ]]; then report_entry balancer "$3"; else fact balancer absent; fi
  fact peer-admin "$(port_state "$2" "$ADMIN_PORT")"
}

main "$@" </dev/null
