#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh mariadb.sh proxysql.sh proxysql-areas.sh
#
# Purpose: lead port 3306 of this host to the one member of Galera that takes the writes, with ProxySQL.
# Arguments: <own address> <pinned version, or `any`> <writer is also reader: 0|1|2> <address of each member>...
# Secrets: ADMIN_PASSWORD MONITOR_PASSWORD APP_PASSWORD
# Changes: packages proxysql and mariadb-client, /etc/proxysql.cnf (counts at the first start only), a drop-in of
#          proxysql.service, and over ProxySQL's admin its servers, users, rules and variables, where they differ.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; it restarts ProxySQL only when the port that it listens on changed.

proxysql_config() {
  cat <<END
# Written by keybuzz. It counts at the first start only: then ProxySQL has its configuration in $PROXYSQL_DATA/proxysql.db,
# which a deploy changes over the admin port.
datadir="$PROXYSQL_DATA"
admin_variables=
{
    admin_credentials="$ADMIN:$ADMIN_PASSWORD"
    mysql_ifaces="127.0.0.1:$ADMIN_PORT"
}
mysql_variables=
{
    interfaces="$SELF:$MARIADB_PORT"
    monitor_username="$MONITOR"
    monitor_password="$MONITOR_PASSWORD"
    monitor_galera_healthcheck_interval=1000
    monitor_galera_healthcheck_timeout=800
}
END
}

preflight() {
  require_host "$SELF"
  require_plain ADMIN_PASSWORD MONITOR_PASSWORD APP_PASSWORD
  require_unit "$PROXYSQL_UNIT"
  require_port "$MARIADB_PORT" "$PROXYSQL_UNIT"
  require_port "$ADMIN_PORT" "$PROXYSQL_UNIT"
  require_space "$PROXYSQL_DATA" 512
  if [[ $(state_of "$PROXYSQL_FILE" proxysql '^# Written by keybuzz') == foreign ]]; then
    refuse "$PROXYSQL_FILE was written by somebody else." \
      "status, test, failover and drill work with it as it is; to take it over, move that file and $PROXYSQL_DATA/proxysql.db away by hand."
  fi
}

admin_answers() { ask_admin <<<'select 1' >/dev/null; }

# listens_right: a change of its interface counts after a restart only.
listens_right() { [[ -n $(ss -Hltn "src $SELF:$MARIADB_PORT") ]]; }

leads_to_writer() {
  local writer
  writer=$(writer_behind "$SELF" "$MARIADB_PORT") && [[ " ${ADDRESSES[*]} " == *" $writer "* ]]
}

deploy_areas() {
  local area
  if ! applying && ! listens "$ADMIN_PORT"; then
    predict_areas
    return 0
  fi
  if applying && ! wait_for 30 admin_answers; then
    fail "ProxySQL's admin does not answer our ADMIN_PASSWORD." \
      "See journalctl -u $PROXYSQL_UNIT; another password is in $PROXYSQL_DATA/proxysql.db."
  fi
  for area in "${AREAS[@]}"; do ensure_area "$area"; done
}

main() {
  need_args 4 "$@"
  use_secrets ADMIN_PASSWORD MONITOR_PASSWORD APP_PASSWORD
  # shellcheck disable=SC2034 # for proxysql-areas.sh
  SELF=$1 ALSO_READER=$3 ADDRESSES=("${@:4}")
  local version=$2
  if [[ $version == any ]]; then version=''; fi
  preflight
  use_admin_file
  use_client_file "$APP" APP_PASSWORD
  progress 1/3 "packages"
  ensure_package mariadb-client
  ensure_package proxysql "$version" "$PROXYSQL_UNIT"
  progress 2/3 "configuration"
  # Its database holds passwords.
  ensure_drop_in "$PROXYSQL_UNIT" UMask=0077
  ensure_file "$PROXYSQL_FILE" 0640 root:proxysql proxysql_config
  ensure_service "$PROXYSQL_UNIT"
  deploy_areas
  if unit_is "$PROXYSQL_UNIT" active && ! listens_right; then ensure_service "$PROXYSQL_UNIT" restart; fi
  progress 3/3 "round trip"
  if applying && ! wait_for 30 leads_to_writer; then
    fail "Nobody answers behind port $MARIADB_PORT of this host after 30 s." "See backends in status proxysql; is mariadb whole?"
  fi
}

main "$@" </dev/null
