#!/usr/bin/env bash
# needs: lib.sh preflight.sh mariadb.sh units.sh
#
# Purpose: say what this host's MariaDB knows of itself and of the cluster, or where it stands when it does not run.
# Arguments: <own address>
# Secrets: APP_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when MariaDB is down: the fact `mariadb` says so; 64 wrong use.
# Safe to repeat: yes.

# Seconds over which flow control and queues are watched.
WINDOW=0.5

# What we read, each as a fact `mariadb.<name>`.
STATUS_SQL="show global status where variable_name in ('wsrep_cluster_status', 'wsrep_cluster_size', 'wsrep_cluster_conf_id',
  'wsrep_cluster_state_uuid', 'wsrep_ready', 'wsrep_connected', 'wsrep_local_state', 'wsrep_local_index',
  'wsrep_local_cert_failures', 'wsrep_replicated',
  'wsrep_replicated_bytes', 'wsrep_received_bytes', 'wsrep_desync_count', 'wsrep_last_committed', 'uptime',
  'threads_connected')"
VARIABLES_SQL="show global variables where variable_name in ('wsrep_on', 'wsrep_desync', 'wsrep_reject_queries', 'read_only',
  'version', 'datadir', 'binlog_format', 'innodb_autoinc_lock_mode', 'wsrep_cluster_name', 'wsrep_node_name')"
PROVIDER_SQL="show global variables like 'wsrep_provider_options'"
FLOW_SQL="show global status where variable_name in ('wsrep_flow_control_paused_ns', 'wsrep_local_recv_queue',
  'wsrep_local_send_queue')"
DATABASES_SQL="select 'databases', count(*) from information_schema.schemata where schema_name = '$APP'"
# It is answered when everything that was committed anywhere before has been applied here.
READ_SQL="set session wsrep_sync_wait = 1; select 'caught-up', 'yes' from information_schema.schemata limit 1"

ask() { ask_mariadb "$SELF" "$MARIADB_PORT" '' <<<"$1"; }

report_rows() {
  local name value
  while IFS=$'\t' read -r name value; do fact_of "mariadb.${name,,}" "$value"; done <<<"$1"
}

# bytes_of <size as Galera prints it: 1G, 128M>
bytes_of() { numfmt --from=iec -- "$1" 2>/dev/null || true; }

# read_flow: sets PAUSED (ns since the start) and QUEUE (the longer one's length) of this moment.
read_flow() {
  local rows
  rows=$(ask "$FLOW_SQL") || return 1
  PAUSED=$(wsrep_status "$rows" wsrep_flow_control_paused_ns)
  QUEUE=$(awk '$1 ~ /_queue$/ && $2 > most { most = $2 } END { print most + 0 }' <<<"$rows")
}

# report_flow <uptime when PAUSED and QUEUE were read first>: percent of the window in which this node's writes waited for
# flow control, and how long a queue was at both of its ends.
report_flow() {
  local paused=$PAUSED queue=$QUEUE
  until (($(awk -v start="$1" -v window="$WINDOW" '{ print ($1 - start >= window) }' /proc/uptime))); do sleep 0.05; done
  if ! read_flow; then return 0; fi
  fact mariadb.paused-percent "$(awk -v paused="$((PAUSED - paused))" -v start="$1" \
    '{ printf "%d", paused / 1e7 / ($1 - start) }' /proc/uptime)"
  fact mariadb.queue "$((QUEUE < queue ? QUEUE : queue))"
}

report_running() {
  local rows start=''
  if read_flow; then read -r start _ </proc/uptime; fi
  rows=$(ask "$VARIABLES_SQL") && report_rows "$rows"
  DIRECTORY=$(awk '$1 == "datadir" { print $2 }' <<<"$rows")
  rows=$(ask "$PROVIDER_SQL") &&
    fact_of mariadb.gcache-bytes "$(bytes_of "$(sed -nE 's/.*gcache\.size = ([^;]+);.*/\1/p' <<<"$rows")")"
  rows=$(ask "$DATABASES_SQL") && report_rows "$rows"
  if rows=$(ask "$READ_SQL"); then report_rows "$rows"; else fact mariadb.caught-up no; fi
  if [[ -n $start ]]; then report_flow "$start"; fi
}

report_stopped() {
  fact mariadb stopped
  # What Galera noted says nothing while a start is under way, which may bring a copy of other data (SST).
  if ! is_down "$MARIADB_UNIT"; then
    fact mariadb.position starting
    return 0
  fi
  read_position "$DIRECTORY"
  fact mariadb.position "$POSITION"
  fact_of mariadb.safe-to-bootstrap "$SAFE"
}

main() {
  need_args 1 "$@"
  use_secrets APP_PASSWORD
  SELF=$1
  DIRECTORY=$(mariadb_directory)
  local rows status=0
  if ! listens "$MARIADB_PORT"; then
    report_stopped
  else
    use_client_file "$APP" APP_PASSWORD
    rows=$(ask "$STATUS_SQL") || status=$?
    fact mariadb "$(mariadb_word "$status")"
    # The applications' user comes last in a first deploy; whether a cluster runs is known before.
    if ((status == 5)) && rows=$(ask_root <<<"show global status like 'wsrep_cluster_status'"); then report_rows "$rows"; fi
    if ((status == 0)); then
      report_rows "$rows"
      report_running
    fi
  fi
  fact disk.used "$(disk_used "$DIRECTORY")"
}

main "$@" </dev/null
