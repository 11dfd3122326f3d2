# shellcheck shell=bash
# Purpose: ProxySQL's configuration as desired state, area by area: what is wanted, what is there, and how one becomes the other.
# Arguments: none; put before each script that says
#            `# needs: lib.sh preflight.sh mariadb.sh proxysql.sh proxysql-areas.sh`. SELF, ADDRESSES and ALSO_READER are set.
# Secrets: ADMIN_PASSWORD, MONITOR_PASSWORD, APP_PASSWORD; they go to ProxySQL's admin on the client's stdin.
# Changes: what ensure_area says; LOAD and SAVE only on difference.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

AREAS=('MYSQL SERVERS' 'MYSQL USERS' 'MYSQL QUERY RULES' 'MYSQL VARIABLES' 'ADMIN VARIABLES')
WRITERS=10
BACKUP_WRITERS=20
READERS=30
OFFLINE=9999
WRITERS_MAX=1
# Write sets that a reader may have before it.
BEHIND_MAX=100

mysql_variables() {
  cat <<END
mysql-interfaces $SELF:$MARIADB_PORT
mysql-monitor_galera_healthcheck_interval 1000
mysql-monitor_galera_healthcheck_timeout 800
mysql-monitor_password $MONITOR_PASSWORD
mysql-monitor_username $MONITOR
END
}

admin_variables() {
  printf '%s\n' "admin-admin_credentials $ADMIN:$ADMIN_PASSWORD" "admin-mysql_ifaces 127.0.0.1:$ADMIN_PORT"
}

# variable_names_of <function that prints variables>: as SQL's list.
variable_names_of() { "$1" | sed "s/^\([^ ]*\) .*/'\1'/" | paste -s -d ,; }

# area_query <area> <prefix of the tables: `main.`, `disk.` or `runtime_`>: what we own of it, in one order.
area_query() {
  case $1 in
    'MYSQL SERVERS')
      printf 'select %s from %smysql_galera_hostgroups order by 1;' \
        'writer_hostgroup, backup_writer_hostgroup, reader_hostgroup, offline_hostgroup, active, max_writers, writer_is_also_reader, max_transactions_behind' "$2"
      # In runtime ProxySQL itself moves them from group to group.
      printf 'select distinct hostname, port from %smysql_servers order by hostname' "$2"
      ;;
    'MYSQL USERS')
      if [[ $2 == runtime_ ]]; then
        printf 'select username, default_hostgroup, active, transaction_persistent from runtime_mysql_users where frontend = 1 order by 1'
      else
        printf 'select username, password, default_hostgroup, active, transaction_persistent from %smysql_users order by 1' "$2"
      fi
      ;;
    'MYSQL QUERY RULES')
      printf 'select rule_id, active, match_digest, destination_hostgroup, apply from %smysql_query_rules order by 1' "$2"
      ;;
    'MYSQL VARIABLES') variables_query mysql_variables "$2" ;;
    'ADMIN VARIABLES') variables_query admin_variables "$2" ;;
    *) ;;
  esac
}

variables_query() {
  printf 'select variable_name, variable_value from %sglobal_variables where variable_name in (%s) order by 1' \
    "$2" "$(variable_names_of "$1")"
}

# area_wanted <area> <prefix of the tables>: the rows that area_query should give.
area_wanted() {
  local address
  case $1 in
    'MYSQL SERVERS')
      area_row "$WRITERS" "$BACKUP_WRITERS" "$READERS" "$OFFLINE" 1 "$WRITERS_MAX" "$ALSO_READER" "$BEHIND_MAX"
      printf '%s\n' "${ADDRESSES[@]}" | sort | while read -r address; do area_row "$address" "$MARIADB_PORT"; done
      ;;
    'MYSQL USERS')
      if [[ $2 == runtime_ ]]; then area_row "$APP" "$WRITERS" 1 1; else area_row "$APP" "$APP_PASSWORD" "$WRITERS" 1 1; fi
      ;;
    # Applications must not read what is not written yet, so everything goes to the writer.
    'MYSQL QUERY RULES') area_row 1 1 . "$WRITERS" 1 ;;
    'MYSQL VARIABLES') mysql_variables | tr ' ' '\t' ;;
    'ADMIN VARIABLES') admin_variables | tr ' ' '\t' ;;
    *) ;;
  esac
}

area_row() { (IFS=$'\t' && printf '%s\n' "$*"); }

# area_statements <area>: makes the configuration in memory the wanted one.
area_statements() {
  local address name value
  case $1 in
    'MYSQL SERVERS')
      printf 'delete from mysql_galera_hostgroups; delete from mysql_servers;\n'
      printf 'insert into mysql_galera_hostgroups (%s) values (%s);\n' \
        'writer_hostgroup, backup_writer_hostgroup, reader_hostgroup, offline_hostgroup, active, max_writers, writer_is_also_reader, max_transactions_behind' \
        "$WRITERS, $BACKUP_WRITERS, $READERS, $OFFLINE, 1, $WRITERS_MAX, $ALSO_READER, $BEHIND_MAX"
      for address in "${ADDRESSES[@]}"; do
        printf "insert into mysql_servers (hostgroup_id, hostname, port) values (%s, '%s', %s);\n" "$WRITERS" "$address" "$MARIADB_PORT"
      done
      ;;
    'MYSQL USERS')
      printf 'delete from mysql_users;\n'
      printf "insert into mysql_users (username, password, default_hostgroup, active, transaction_persistent) values ('%s', '%s', %s, 1, 1);\n" \
        "$APP" "$APP_PASSWORD" "$WRITERS"
      ;;
    'MYSQL QUERY RULES')
      printf 'delete from mysql_query_rules;\n'
      printf "insert into mysql_query_rules (rule_id, active, match_digest, destination_hostgroup, apply) values (1, 1, '.', %s, 1);\n" "$WRITERS"
      ;;
    *)
      while read -r name value; do
        printf "update global_variables set variable_value = '%s' where variable_name = '%s';\n" "$value" "$name"
      done < <(if [[ $1 == 'MYSQL VARIABLES' ]]; then mysql_variables; else admin_variables; fi)
      ;;
  esac
}

# tell_admin <statement>: sets ROWS to what it gives; fails by itself, without the statement: it may hold a secret.
tell_admin() {
  local status=0
  ROWS=$(ask_admin <<<"$1") || status=$?
  if ((status != 0)); then
    fail "ProxySQL's admin did not take what it was told about ${2,,} ($(mariadb_word "$status"))." \
      "Is ADMIN_PASSWORD that of this ProxySQL? See journalctl -u $PROXYSQL_UNIT."
  fi
}

# area_is <area> <prefix of the tables>: it is as wanted there.
area_is() {
  tell_admin "$(area_query "$1" "$2")" "$1"
  [[ $ROWS == "$(area_wanted "$1" "$2")" ]]
}

# ensure_area <area>: in memory, in runtime and on disk.
ensure_area() {
  local target=proxysql:${1// /-}
  if ! area_is "$1" main.; then
    change setting "${target,,}"
    if ! applying; then return 0; fi
    tell_admin "$(area_statements "$1")" "$1"
    tell_admin "LOAD $1 TO RUNTIME" "$1"
    tell_admin "SAVE $1 TO DISK" "$1"
    return 0
  fi
  if ! area_is "$1" runtime_; then
    change setting "${target,,}" "loaded to runtime"
    if applying; then tell_admin "LOAD $1 TO RUNTIME" "$1"; fi
  fi
  if ! area_is "$1" disk.; then
    change setting "${target,,}" "saved to disk"
    if applying; then tell_admin "SAVE $1 TO DISK" "$1"; fi
  fi
}

# predict_areas: before ProxySQL is there to ask.
predict_areas() {
  local area
  for area in "${AREAS[@]}"; do
    area=proxysql:${area// /-}
    change setting "${area,,}" predicted
  done
}
