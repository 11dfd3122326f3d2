#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh haproxy.sh
#
# Purpose: let this HAProxy lead port 5432 to PostgreSQL's leader and 5433 to its replicas, and PgBouncer 6432 to 5432.
# Arguments: <own address> <name=address of each member>...
# Secrets: APP_PASSWORD
# Changes: what haproxy.sh says, the fragment 30-postgresql.cfg, packages pgbouncer and postgresql-client, PgBouncer's
#          configuration, user list and unit drop-in.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; HAProxy and PgBouncer are reloaded only when their configuration changed.

POOLER_FILE=/etc/pgbouncer/pgbouncer.ini
POOLER_USERS=/etc/pgbouncer/userlist.txt

# HAProxy takes a server for up until its first check: while more than one is up for writes, nobody is let in. What is
# not the leader any more loses its sessions at once, so that no client waits on it.
postgresql_fragment() {
  local backend
  cat <<END
# Written by keybuzz.
frontend fe_postgresql_primary from keybuzz-tcp
    bind $SELF:$POSTGRES_PORT
    bind 127.0.0.1:$POSTGRES_PORT
    tcp-request connection reject if { nbsrv($WRITE_BACKEND) gt 1 }
    default_backend $WRITE_BACKEND

frontend fe_postgresql_replicas from keybuzz-tcp
    bind $SELF:$REPLICA_PORT
    bind 127.0.0.1:$REPLICA_PORT
    default_backend be_postgresql_replicas

END
  for backend in "$WRITE_BACKEND /primary" 'be_postgresql_replicas /replica'; do
    printf 'backend %s from keybuzz-tcp\n    option httpchk GET %s\n' "${backend% *}" "${backend#* }"
    cat <<END
    http-check expect status 200
    default-server check port $PATRONI_PORT inter 1s fastinter 250ms fall 2 rise 1 on-marked-down shutdown-sessions
END
    printf "    server %s:$POSTGRES_PORT\n" "${MEMBERS[@]/=/ }"
    printf '\n'
  done
}

# PgBouncer's own pauses between attempts (15 s each) would make a switchover's outage theirs.
pooler_configuration() {
  cat <<END
; Written by keybuzz.
[databases]
$APP = host=127.0.0.1 port=$POSTGRES_PORT dbname=$APP

[pgbouncer]
listen_addr = $SELF,127.0.0.1
listen_port = $POOLER_PORT
unix_socket_dir = /var/run/postgresql
auth_type = scram-sha-256
auth_file = $POOLER_USERS
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 20
server_connect_timeout = 2
server_login_retry = 1
ignore_startup_parameters = extra_float_digits
logfile = /var/log/postgresql/pgbouncer.log
pidfile = /var/run/postgresql/pgbouncer.pid
END
}

pooler_users() { printf '"%s" "%s"\n' "$APP" "$APP_PASSWORD"; }

preflight_pooler() {
  require_unit "$POOLER_UNIT"
  require_port "$POOLER_PORT" "$POOLER_UNIT"
  if [[ $(state_of "$POOLER_FILE" pgbouncer '^; Written by keybuzz') == foreign ]]; then
    refuse "$POOLER_FILE was written by somebody else." "Move the file away, then repeat: the deploy writes its own."
  fi
}

deploy_pooler() {
  local action before
  ensure_package pgbouncer '' "$POOLER_UNIT"
  ensure_drop_in "$POOLER_UNIT" LimitNOFILE=65536
  action=$(pending_of "$POOLER_UNIT")
  note_pending "$POOLER_UNIT" reload
  before=$CHANGES
  ensure_file "$POOLER_USERS" 0640 postgres:postgres pooler_users
  ensure_file "$POOLER_FILE" 0640 postgres:postgres pooler_configuration
  if ((CHANGES > before)); then action=reload; fi
  ensure_service "$POOLER_UNIT" "$action"
  clear_pending "$POOLER_UNIT"
}

main() {
  need_args 3 "$@"
  use_secrets APP_PASSWORD
  SELF=$1 MEMBERS=("${@:2}")
  require_plain APP_PASSWORD
  haproxy_preflight "$SELF" "$FRAGMENT" "$POSTGRES_PORT" "$REPLICA_PORT"
  preflight_pooler
  progress 1/2 "HAProxy"
  haproxy_deploy "$SELF" "$FRAGMENT" postgresql_fragment
  if applying && ! wait_for 20 haproxy_settled "$WRITE_BACKEND" "${#MEMBERS[@]}"; then
    fail "HAProxy has not settled on one server of $WRITE_BACKEND 20 s after its reload." "See journalctl -u haproxy on the host."
  fi
  progress 2/2 "PgBouncer"
  ensure_package postgresql-client
  deploy_pooler
}

main "$@" </dev/null
