#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh postgresql-cluster.sh postgresql-member.sh postgresql-migration.sh
#
# Purpose: take this host's member from RAFT to etcd while its PostgreSQL runs on.
# Arguments: <leader|replica: which of them is meant> <own name> <scope> <major version, or `distribution`> <network>
#            <synchronous: on|off> <name=address of each member, own too, the seed first>...
# Secrets: POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD RAFT_PASSWORD ETCD_PASSWORD
# Changes: package python3-etcd, /etc/patroni/config.yml; Patroni is restarted. When the leader does not get etcd's lock, it
#          goes back to RAFT.
# Exit codes: 0 done, also when this member is not meant or was moved before; 64 wrong use, 69 refused, 1 failed.
# Safe to repeat: yes.

SERVER_SQL="select pg_postmaster_start_time(), case when pg_is_in_recovery() then '-' else
  substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end"

# lists_leader: the members that Patroni here finds in its store: this one, and exactly one leader, which this one is or is not.
lists_leader() {
  local reply
  reply=$(ask_patroni "$SELF" GET /cluster) || return 1
  printf '%s' "${reply#*$'\n'}" | python3 -c '
import json, sys
members = json.load(sys.stdin)["members"]
roles = {member["name"]: member["role"] for member in members}
leads = [name for name, role in roles.items() if role == "leader"]
sys.exit(not (sys.argv[1] in roles and len(leads) == 1 and (sys.argv[2] == "replica") == (leads != [sys.argv[1]])))' "$OWN" "$PART" 2>/dev/null
}

in_store() { unit_is "$PATRONI_UNIT" active && lists_leader && member_whole; }

is_paused() { [[ $(member_says "$SELF" pause) == true ]]; }

# A Patroni that is not paused would stop PostgreSQL when it ends.
require_pause() {
  if unit_is "$PATRONI_UNIT" active && ! wait_for 20 is_paused; then
    fail "Patroni of this host is not paused, so its restart would stop PostgreSQL." "Repeat migrate postgresql: it pauses first."
  fi
}

restart_patroni() {
  change service "$PATRONI_UNIT" "restarted; PostgreSQL runs on"
  if applying; then systemctl restart "$PATRONI_UNIT" || true; fi
}

# back_to_raft: with the leader there again, nothing has happened.
back_to_raft() {
  STORE=raft
  ensure_file "$PATRONI_FILE" 0640 root:postgres patroni_config
  restart_patroni
  clear_pending "$PATRONI_UNIT"
  if wait_for 60 in_store; then set_setting "{\"$MIGRATION\": \"pausing\"}"; fi
}

move() {
  local before
  require_pause
  before=$(ask_own_sql postgres <<<"$SERVER_SQL") || fail "PostgreSQL of this host does not answer." "See status postgresql."
  if [[ $PART == leader ]]; then set_setting "{\"$MIGRATION\": \"moved\"}"; fi
  note_pending "$PATRONI_UNIT" restart
  ensure_file "$PATRONI_FILE" 0640 root:postgres patroni_config
  restart_patroni
  if ! wait_for 60 in_store; then
    journalctl --no-pager -q -n 20 -u "$PATRONI_UNIT" || true
    if [[ $PART == leader ]]; then back_to_raft; fi
    fail "Patroni of this host is not the $PART in etcd 60 s after its restart." "Its last lines are in the log. Mend that, then repeat migrate postgresql."
  fi
  if [[ $(ask_own_sql postgres <<<"$SERVER_SQL") != "$before" ]]; then
    fail "PostgreSQL of this host was restarted, or is on another timeline than before." "See journalctl -u $PATRONI_UNIT."
  fi
  clear_pending "$PATRONI_UNIT"
}

main() {
  need_args 7 "$@"
  use_secrets POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD RAFT_PASSWORD ETCD_PASSWORD
  local role=replica
  # shellcheck disable=SC2034 # for the shared shell before us
  PART=$1 SCOPE=$3 MAJOR=$4 NETWORK=$5 SYNCHRONOUS=$6 STORE=etcd3
  know_members "$2" "${@:7}"
  require_ours
  if leads_here; then role=leader; fi
  if [[ $role != "$PART" ]]; then return 0; fi
  # A restart that is still due: the script was cut before it.
  if [[ $(store_of_member) == etcd3 && $(pending_of "$PATRONI_UNIT") != restart ]]; then return 0; fi
  if [[ $MAJOR == distribution ]]; then MAJOR=$(major_of_distribution); fi
  ensure_store_packages
  if applying; then
    move
  else
    ensure_file "$PATRONI_FILE" 0640 root:postgres patroni_config
    restart_patroni
  fi
}

main "$@" </dev/null
