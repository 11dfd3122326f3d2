# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the script behind us
# Purpose: which of the members that are left has most of what a lost leader wrote, and whether any of it may be lost.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh postgresql.sh postgresql-promotion.sh` and sets LOST.
# Secrets: none.
# Changes: nothing.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# know_others: sets LOST_ADDRESS, and OTHERS to `name=address` of every member but the lost one.
know_others() {
  local member
  OTHERS=() LOST_ADDRESS=''
  for member in "${MEMBERS[@]}"; do
    if [[ ${member%%=*} == "$LOST" ]]; then LOST_ADDRESS=${member#*=}; else OTHERS+=("$member"); fi
  done
  if [[ -z $LOST_ADDRESS ]]; then refuse "$LOST is no member of this cluster." "Name one of: ${MEMBERS[*]%%=*}."; fi
}

# find_other_leader: sets LEADER and LEADER_NAME to the one of the others that is primary with the lock.
find_other_leader() {
  local member
  LEADER='' LEADER_NAME=''
  for member in "${OTHERS[@]}"; do
    if says "${member#*=}" /primary; then
      LEADER=${member#*=} LEADER_NAME=${member%%=*}
      return 0
    fi
  done
  return 1
}

# refuse_living <name> <address>: its Patroni and its PostgreSQL must not answer this host. A refused connection is no answer of
# theirs; what can't be asked is not taken for silence.
refuse_living() {
  local status=0
  if [[ -n $(http_code "$2" "$PATRONI_PORT" /liveness) ]]; then
    refuse "Patroni of $1 answers $OWN: it is not lost." "Move the leader in order: failover postgresql. See status postgresql."
  fi
  pg_isready -q -h "$2" -p "$POSTGRES_PORT" -t 3 || status=$?
  case $status in
    2) ;;
    0 | 1) refuse "PostgreSQL of $1 answers $OWN: it is not lost." "Move the leader in order: failover postgresql. See status postgresql." ;;
    *) refuse "Whether PostgreSQL of $1 answers could not be asked (status $status of pg_isready)." "Install postgresql-client-common on $OWN, then repeat." ;;
  esac
}

# read_cluster: sets CLUSTER to what this host's Patroni says of all.
read_cluster() {
  local reply
  reply=$(ask_patroni "$SELF" GET /cluster) || refuse "Patroni of this host does not answer." "See status postgresql."
  CLUSTER=${reply#*$'\n'}
}

# stdin: a line for each member that is left, `<address> <JSON of GET /patroni>`; the argument: JSON of GET /cluster. Prints
# address, name, LSN, bytes behind and `safe` or `open` of the best; nothing when there is none. Best is who has most: the
# newest timeline, then the furthest LSN, then whom commits waited for. Safe: it has all that one has for whom they waited.
PROMOTION_CHOICE='
import json, sys
def number(value):
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
def dictionary(value):
    return value if isinstance(value, dict) else {}
try:
    cluster = dictionary(json.loads(sys.argv[1]))
except ValueError:
    cluster = {}
members = cluster.get("members")
known = {dictionary(one).get("name"): dictionary(one) for one in members} if isinstance(members, list) else {}
found = []
for line in sys.stdin:
    address, _, text = line.partition(" ")
    try:
        said = dictionary(json.loads(text))
    except ValueError:
        continue
    name = dictionary(said.get("patroni")).get("name")
    if not isinstance(name, str):
        continue
    told, wal = known.get(name, {}), dictionary(said.get("xlog"))
    places = [one for one in (number(wal.get("received_location")), number(wal.get("replayed_location"))) if one is not None]
    timeline, behind = number(said.get("timeline")), number(told.get("lag"))
    is_sync = told.get("role") in ("sync_standby", "quorum_standby")
    tags = dictionary(told.get("tags"))
    if said.get("state") != "running" or not places or timeline is None or behind is None or tags.get("nofailover"):
        continue
    found.append((timeline, max(places), is_sync, address, name, behind))
if found:
    best = max(found, key=lambda one: one[:3])
    is_safe = any(one[2] and best[:2] >= one[:2] for one in found)
    lsn = f"{best[1] >> 32:X}/{best[1] & 0xFFFFFFFF:X}"
    print(best[3], best[4], lsn, best[5], "safe" if is_safe else "open")
'

# choose_member: sets CHOSEN (an address), CHOSEN_NAME (as Patroni calls it), CHOSEN_LSN, CHOSEN_BEHIND, and
# in words CHOSEN_LOSS and CHOSEN_WHY. Every member but the lost one must answer: without a majority Patroni can promote nobody.
choose_member() {
  local member reply said='' word
  read_cluster
  for member in "${OTHERS[@]}"; do
    reply=$(ask_patroni "${member#*=}" GET /patroni) || refuse "Patroni of ${member%%=*} does not answer $OWN either, so there may be no majority that could promote anybody." \
      "Bring ${member%%=*} back first; README.md of the module says what to do when that can't be (No majority)."
    reply=${reply#*$'\n'}
    said+="${member#*=} ${reply//$'\n'/ }"$'\n'
  done
  read -r CHOSEN CHOSEN_NAME CHOSEN_LSN CHOSEN_BEHIND word < <(printf '%s' "$said" | python3 -c "$PROMOTION_CHOICE" "$CLUSTER") || true
  if [[ -z $CHOSEN ]]; then
    refuse "Of no replica is it known what it has and how far it is behind." "See replicas and replication-lag in status postgresql."
  fi
  case $word in
    safe)
      CHOSEN_LOSS="no acknowledged write is lost"
      CHOSEN_WHY="Commits waited for a replica, and it has all that this one has."
      ;;
    *)
      CHOSEN_LOSS="acknowledged writes may be lost"
      CHOSEN_WHY="Of no replica that it keeps up with is it known that commits waited for it: lost may be these bytes, and what $LOST wrote afterwards."
      ;;
  esac
}
