# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: talk to PostgreSQL and Patroni, and learn from the whole cluster which member is leader.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh postgresql.sh`.
# Secrets: those that use_passfile is given, in a file in memory; PATRONI_PASSWORD on a client's stdin.
# Changes: nothing.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

POSTGRES_PORT=5432
REPLICA_PORT=5433
POOLER_PORT=6432
PATRONI_PORT=8008
RAFT_PORT=7000
POSTGRES_HOME=/opt/keybuzz/postgresql
POSTGRES_DATA=$POSTGRES_HOME/data
RAFT_DATA=$POSTGRES_HOME/raft
PATRONI_UNIT=patroni.service
PATRONI_FILE=/etc/patroni/config.yml
POOLER_UNIT=pgbouncer.service
FRAGMENT=30-postgresql.cfg
WRITE_BACKEND=be_postgresql_primary
SUPERUSER=postgres
REPLICATION_USER=replicator
PATRONI_USER=keybuzz
# The applications' user, and the database that it owns.
APP=keybuzz

# store_of_member: raft or etcd3, as our configuration of this host's Patroni says; nothing when it is not ours.
store_of_member() {
  if grep -qs '^# Written by keybuzz' "$PATRONI_FILE"; then sed -nE 's/^(raft|etcd3):$/\1/p' "$PATRONI_FILE"; fi
}

# ask_patroni <address> <method> <path>: the body on stdin; as http_ask, whatever changes something with our password.
ask_patroni() {
  if [[ $2 == GET ]]; then
    http_ask "$1" "$PATRONI_PORT" "$2" "$3" </dev/null
  else
    http_ask "$1" "$PATRONI_PORT" "$2" "$3" "$PATRONI_USER" PATRONI_PASSWORD
  fi
}

# says <address> <path>: Patroni there answers 200. `/primary`: it runs as primary and holds the leader's lock.
says() { [[ $(http_code "$1" "$PATRONI_PORT" "$2") == 200 ]]; }

# find_leader: sets LEADER to the address of the only member that is primary with the lock; empty when none is.
find_leader() {
  local address
  LEADER=''
  for address in "${ADDRESSES[@]}"; do
    if ! says "$address" /primary; then continue; fi
    if [[ -n $LEADER ]]; then
      refuse "Two members say that they are leader: $LEADER and $address." "Decide which one's data counts; see status postgresql."
    fi
    LEADER=$address
  done
}

has_leader() {
  find_leader
  [[ -n $LEADER ]]
}

# member_whole: this host's member leads, or follows and takes reads.
member_whole() { says "$SELF" /primary || says "$SELF" /replica; }

# use_passfile <user> <name of its password variable>...: for psql; in memory, for us alone.
use_passfile() {
  scratch_directory
  PASSFILE=$SCRATCH_DIRECTORY/passwords
  (
    umask 077
    while (($# > 1)); do
      printf '*:*:*:%s:%s\n' "$1" "${!2}"
      shift 2
    done >"$PASSFILE"
  )
}

# ask_sql <address, or several joined by commas> <port> <user> <database> [<psql's option>...]: SQL on stdin; prints each
# row on a line, its columns parted by a bar. Status 3: an error in the SQL; 2: no session; 124: no answer in time;
# 127: there is no psql.
ask_sql() {
  PGPASSFILE=$PASSFILE PGCONNECT_TIMEOUT=3 timeout 8 psql -X -q -A -t -v ON_ERROR_STOP=1 \
    "host=$1 port=$2 user=$3 dbname=$4 target_session_attrs=${SESSION:-any}" "${@:5}" 2>/dev/null
}

# ask_own_sql <database>: the PostgreSQL of this host, as superuser.
ask_own_sql() { ask_sql "$SELF" "$POSTGRES_PORT" "$SUPERUSER" "$1"; }

# sql_word <status of ask_sql>: what a fact says.
sql_word() {
  case $1 in
    0) printf answers ;;
    3) printf refuses ;;
    127) printf no-client ;;
    *) printf silent ;;
  esac
}

# json_of <text> <key>...: the value at these keys of a JSON text; nothing when it is not there. Python is Patroni's own.
json_of() {
  printf '%s' "$1" | python3 -c '
import json, sys
try:
    value = json.load(sys.stdin)
    for key in sys.argv[1:]:
        value = value[key]
    print(value if isinstance(value, str) else json.dumps(value))
except (ValueError, KeyError, TypeError):
    pass' "${@:2}"
}
