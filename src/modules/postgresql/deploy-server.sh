#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh postgresql-cluster.sh postgresql-member.sh
#
# Purpose: make this host a member of the PostgreSQL cluster: PostgreSQL under Patroni, which agrees over RAFT or etcd.
# Arguments: <own name> <scope> <major version, or `distribution`> <network> <synchronous: on|off> <store:
#            raft|etcd3> <name=address of each member, own too, the seed first>... The data begins on the seed when the cluster has never been, never again.
# Secrets: POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD RAFT_PASSWORD ETCD_PASSWORD
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a member that is as it should be nothing changes.

NO_CLUSTER=/etc/postgresql-common/createcluster.d/keybuzz.conf
# A first copy of a large database takes its time; the step's own limit is above this.
COPY_SECONDS=1500

# Debian makes a cluster of its own when PostgreSQL is installed; this one is Patroni's.
no_cluster() { printf '# Written by keybuzz: clusters are made by Patroni.\ncreate_main_cluster = false\n'; }

# A member with another store than its neighbours would make a second cluster of the same data.
preflight_store() {
  local present
  present=$(store_of_member)
  if [[ -z $present || $present == "$STORE" ]]; then return 0; fi
  if [[ $STORE == etcd3 ]]; then
    refuse "Patroni on this host keeps its state in RAFT, and settings.ts of the module says etcd3." "Move the cluster first: migrate postgresql."
  fi
  refuse "Patroni on this host keeps its state in etcd, and settings.ts of the module says raft." \
    "Set store to etcd3 there: a cluster does not go back to RAFT."
}

preflight_data() {
  local version
  PATRONI_STATE=$(state_of "$PATRONI_FILE" patroni '^# Written by keybuzz')
  if [[ $PATRONI_STATE == foreign ]]; then
    refuse "$PATRONI_FILE was written by somebody else." \
      "status, test, failover and drill work with that cluster as it is; to take it over, move the file away by hand."
  fi
  preflight_store
  if [[ ! -f $POSTGRES_DATA/PG_VERSION ]]; then return 0; fi
  version=$(cat -- "$POSTGRES_DATA/PG_VERSION")
  if [[ $version != "$MAJOR" ]]; then
    refuse "$POSTGRES_DATA holds data of PostgreSQL $version, and $MAJOR is to be deployed." \
      "A major upgrade is no deploy: keep the version that is there, or upgrade by hand."
  fi
  if [[ $PATRONI_STATE != ours && $OWN != "$SEED" ]]; then
    refuse "$POSTGRES_DATA holds data, but this host is no member, and not where the data begins ($SEED)." \
      "Move the directory aside: a new member copies the leader's data."
  fi
}

preflight() {
  local port ports=("$POSTGRES_PORT" "$PATRONI_PORT")
  require_host "$SELF"
  require_plain POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD RAFT_PASSWORD ETCD_PASSWORD
  require_unit "$PATRONI_UNIT"
  if [[ $STORE == raft ]]; then ports+=("$RAFT_PORT"); fi
  for port in "${ports[@]}"; do require_port "$port" "$PATRONI_UNIT"; done
  require_space "$POSTGRES_HOME" 1024
  require_mount "$POSTGRES_HOME"
  if [[ $MAJOR == distribution ]]; then MAJOR=$(major_of_distribution); fi
  if [[ -z $MAJOR ]]; then
    refuse "Which PostgreSQL this distribution supports is not known." "Set the major version in settings.ts of the module."
  fi
  preflight_data
}

deploy_packages() {
  ensure_dir "${NO_CLUSTER%/*}" 0755 root:root
  ensure_file "$NO_CLUSTER" 0644 root:root no_cluster
  ensure_package "postgresql-$MAJOR"
  ensure_package "postgresql-$MAJOR-pgvector"
  ensure_store_packages
  ensure_package patroni '' "$PATRONI_UNIT"
}

deploy_patroni() {
  local action before
  ensure_dir "$POSTGRES_HOME" 0755 postgres:postgres
  ensure_dir "$POSTGRES_DATA" 0700 postgres:postgres
  if [[ $STORE == raft ]]; then ensure_dir "$RAFT_DATA" 0700 postgres:postgres; fi
  # Killed in the middle of a stop, Patroni would leave its PostgreSQL running without a keeper.
  ensure_drop_in "$PATRONI_UNIT" TimeoutStopSec=300
  action=$(pending_of "$PATRONI_UNIT")
  note_pending "$PATRONI_UNIT" reload
  before=$CHANGES
  ensure_dir "${PATRONI_FILE%/*}" 0755 root:root
  ensure_file "$PATRONI_FILE" 0640 root:postgres patroni_config
  if ((CHANGES > before)); then action=reload; fi
  ensure_service "$PATRONI_UNIT" "$action"
  clear_pending "$PATRONI_UNIT"
}

patroni_answers() { [[ -n $(http_code "$SELF" "$PATRONI_PORT" /liveness) ]]; }

# A majority of the members is there, so that there can be a leader.
majority_answers() {
  local address count=0
  for address in "${ADDRESSES[@]}"; do
    if [[ -n $(http_code "$address" "$PATRONI_PORT" /liveness) ]]; then count=$((count + 1)); fi
  done
  ((2 * count > ${#ADDRESSES[@]}))
}

# With less than a majority there is nothing to follow yet: the next member's deploy waits, and the checks at the end judge.
await_membership() {
  if ! wait_for 60 patroni_answers; then
    fail "Patroni does not answer 60 s after its start." "See journalctl -u $PATRONI_UNIT on the host."
  fi
  if ! majority_answers; then
    fact waits-for "a majority of the members"
    return 0
  fi
  if ! wait_for "$COPY_SECONDS" member_whole; then
    fail "This member neither leads nor follows after $COPY_SECONDS s." "See journalctl -u $PATRONI_UNIT on the host."
  fi
}

main() {
  need_args 9 "$@"
  use_secrets POSTGRES_PASSWORD REPLICATION_PASSWORD PATRONI_PASSWORD RAFT_PASSWORD ETCD_PASSWORD
  # shellcheck disable=SC2034 # for the shared shell before us
  SCOPE=$2 MAJOR=$3 NETWORK=$4 SYNCHRONOUS=$5 STORE=$6
  know_members "$1" "${@:7}"
  preflight
  progress 1/3 "PostgreSQL"
  deploy_packages
  progress 2/3 "Patroni"
  deploy_patroni
  if applying; then await_membership; fi
  progress 3/3 "done"
}

main "$@" </dev/null
