# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: a member's package, configuration and data directory, for the scripts that begin a cluster or join one.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh mariadb.sh mariadb-server.sh`.
# Secrets: none: members trust each other by their addresses, and a copy is made by the system's user mysql.
# Changes: what each function says.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# take_server_args <own name> <cluster's name> <size of gcache> <name=address of each member, the seed first>...
take_server_args() {
  CLUSTER=$2 GCACHE=$3
  know_members "$1" "${@:4}"
}

mariadb_config() {
  cat <<END
# Written by keybuzz.
[mysqld]
bind_address = $SELF,127.0.0.1
port = $MARIADB_PORT
datadir = $MARIADB_DATA
character_set_server = utf8mb4
collation_server = utf8mb4_unicode_ci
max_connections = 500
max_allowed_packet = 64M
skip_name_resolve = ON
binlog_format = ROW
default_storage_engine = InnoDB
innodb_autoinc_lock_mode = 2
innodb_flush_log_at_trx_commit = 1
wsrep_on = ON
wsrep_provider = /usr/lib/galera/libgalera_smm.so
wsrep_cluster_name = $CLUSTER
wsrep_cluster_address = gcomm://$(IFS=, && printf '%s' "${ADDRESSES[*]}")
wsrep_node_name = $OWN
wsrep_node_address = $SELF
wsrep_sst_method = mariabackup
wsrep_sst_auth = mysql:
wsrep_provider_options = "gcache.size=$GCACHE;gcache.recover=yes"
END
}

config_differs() { ! mariadb_config | cmp -s -- - "$MARIADB_FILE"; }

is_our_mariadb() { [[ $(state_of "$MARIADB_FILE" mariadb-server '^# Written by keybuzz') == ours ]]; }

has_mariadb_data() { [[ -n $(ls -A "$MARIADB_DATA" 2>/dev/null) ]]; }

# server_preflight: refuses by name what would make a deploy go wrong.
server_preflight() {
  local port
  require_host "$SELF"
  require_unit "$MARIADB_UNIT"
  for port in "$MARIADB_PORT" "$GALERA_PORT" "$IST_PORT" "$SST_PORT"; do require_port "$port" "$MARIADB_UNIT"; done
  require_space "$MARIADB_HOME" 2048
  require_mount "$MARIADB_HOME"
  if is_our_mariadb; then return 0; fi
  if listens "$MARIADB_PORT"; then
    refuse "The MariaDB on this host was not deployed by us." \
      "status, test, failover and drill work with that cluster as it is; to take it over, stop it and move its data by hand."
  fi
  if [[ -n $(foreign_cluster) ]]; then
    refuse "Another file below /etc/mysql makes this host a member of $(foreign_cluster)." "Take that out by hand, then repeat."
  fi
  if has_mariadb_data; then
    refuse "$MARIADB_DATA holds data, but this host is no member of ours." \
      "Move the directory aside: a new member copies the data of the others."
  fi
}

# foreign_cluster: the address of the cluster that somebody else's files name.
foreign_cluster() {
  if ! command -v my_print_defaults >/dev/null; then return 0; fi
  my_print_defaults mysqld server mariadb mariadbd galera | sed -nE 's/^--wsrep[-_]cluster[-_]address=//p' | tail -n 1
}

# mariadb_packages: in one go; socat carries a copy of the data to a new member.
mariadb_packages() {
  if applying && [[ -z $(package_version mariadb-server) ]]; then hold_unit "$MARIADB_UNIT"; fi
  ensure_packages mariadb-server mariadb-backup galera-4 socat
  if applying; then release_unit "$MARIADB_UNIT"; fi
}

# mariadb_files: files only; what runs goes on with the old ones until it is restarted.
mariadb_files() {
  if config_differs && unit_is "$MARIADB_UNIT" active; then note_pending "$MARIADB_UNIT" restart; fi
  ensure_dir "${MARIADB_FILE%/*}" 0755 root:root
  # A copy of much data takes its time.
  ensure_drop_in "$MARIADB_UNIT" TimeoutStartSec=1800 TimeoutStopSec=300
  ensure_file "$MARIADB_FILE" 0644 root:root mariadb_config
  ensure_dir "$MARIADB_HOME" 0755 root:root
  ensure_dir "$MARIADB_DATA" 0750 mysql:mysql
}

# forget_position: what starts moves on from there.
forget_position() { if applying; then rm -f -- "$POSITION_FILE"; fi; }

# own_wsrep: `show global status` of this host, as root over its socket.
own_wsrep() { ask_root <<<"show global status like 'wsrep%'"; }

is_synced() {
  local status
  status=$(own_wsrep) || return 1
  [[ $(wsrep_status "$status" wsrep_local_state) == 4 && $(wsrep_status "$status" wsrep_ready) == ON &&
    $(wsrep_status "$status" wsrep_cluster_status) == Primary ]]
}
