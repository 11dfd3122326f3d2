# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: talk to the etcd in which Patroni may keep its state, over etcd's own JSON gateway.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh`.
# Secrets: those in the bodies that a script hands over on stdin.
# Changes: nothing by itself.
# Exit codes: none of its own.
# Safe to repeat: yes.

ETCD_PORT=2379
ETCD_PEER_PORT=2380
ETCD_UNIT=etcd.service
ETCD_FILE=/etc/default/etcd
ETCD_DATA=$POSTGRES_HOME/etcd
# Patroni's user there.
ETCD_USER=keybuzz

# etcd_ask <address> <path>: a question in JSON on stdin; as http_ask, and fails unless etcd answers 200.
etcd_ask() {
  local reply
  reply=$(http_ask "$1" "$ETCD_PORT" POST "$2") || return 1
  printf '%s\n' "$reply"
  [[ ${reply%%$'\n'*} == 200 ]]
}

# etcd_knows <address> <user> <name of its password variable>: users are asked for, and this one's password is right.
etcd_knows() {
  etcd_ask "$1" /v3/auth/authenticate >/dev/null <<<"{\"name\": \"$2\", \"password\": \"${!3}\"}"
}

# etcd_healthy <address>: it answers, and a majority with it.
etcd_healthy() { [[ $(http_code "$1" "$ETCD_PORT" /health) == 200 ]]; }

# etcd_facts <answer of maintenance/status> <answer of cluster/member/list>: prints them; fails when they are no answers.
etcd_facts() {
  printf '%s\n%s\n' "$1" "$2" | python3 -c '
import json, sys
try:
    status, listed = (json.loads(line) for line in sys.stdin.read().splitlines())
    names = {member["ID"]: member.get("name") or member["ID"] for member in listed["members"]}
except (ValueError, KeyError, TypeError):
    sys.exit(1)
print("::fact etcd.members", len(names))
print("::fact etcd.leader", names.get(status.get("leader"), "none"))'
}
