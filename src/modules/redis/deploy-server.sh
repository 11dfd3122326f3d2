#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh redis.sh
#
# Purpose: make this host a member of the Redis cluster: one Redis and one Sentinel.
# Arguments: <own address> <seed address> <master name> <address of each member, own too>...
#            The seed is where the data begins when nobody in the cluster knows a master, and never again.
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a member that is as it should be nothing changes.

DATA=/opt/keybuzz/redis/data
REDIS_UNIT=redis-server.service
SENTINEL_UNIT=redis-sentinel.service
REDIS_OWN=/etc/redis/keybuzz.conf
REDIS_SEEDED=/etc/redis/redis.conf
SENTINEL_SEEDED=/etc/redis/sentinel.conf
INCLUDE="include $REDIS_OWN"
# A first copy of a large data set takes its time; the step's own limit is above this.
SYNC_SECONDS=600

# What we want of Redis, as `name value`; each can be set while it runs, but for `dir`.
redis_settings() {
  printf '%s\n' "bind $SELF 127.0.0.1" "port $REDIS_PORT" "dir $DATA" 'appendonly yes' 'appendfsync everysec' \
    'maxmemory-policy noeviction' 'min-replicas-to-write 1' 'min-replicas-max-lag 5' "replica-announce-ip $SELF" \
    "masterauth $REDIS_PASSWORD" "requirepass $REDIS_PASSWORD"
}

redis_own() {
  printf '# Written by keybuzz; the running Redis is given the same with CONFIG SET.\n'
  redis_settings
}

redis_seed() {
  printf "# Seeded once by keybuzz, then Redis' own: Sentinel's failovers and CONFIG REWRITE change it.\n%s\n" "$INCLUDE"
  if [[ $MASTER != "$SELF" ]]; then printf 'replicaof %s %s\n' "$MASTER" "$REDIS_PORT"; fi
}

# A Redis that somebody else configured, with our password: the settings in its own file still count after ours.
redis_adopted() {
  printf '%s\n' "$INCLUDE"
  cat "$REDIS_SEEDED"
}

sentinel_settings() {
  printf '%s\n' 'down-after-milliseconds 5000' 'failover-timeout 60000' 'parallel-syncs 1' "quorum $QUORUM"
}

sentinel_seed() {
  local name value
  printf "# Seeded once by keybuzz, then Sentinel's own: it writes the cluster's state into it.\n"
  printf '%s\n' "bind $SELF 127.0.0.1" "port $SENTINEL_PORT" 'dir /var/lib/redis' "sentinel announce-ip $SELF"
  printf 'requirepass %s\nsentinel sentinel-pass %s\n' "$SENTINEL_PASSWORD" "$SENTINEL_PASSWORD"
  printf 'sentinel monitor %s %s %s %s\n' "$NAME" "$MASTER" "$REDIS_PORT" "$QUORUM"
  printf 'sentinel auth-pass %s %s\n' "$NAME" "$REDIS_PASSWORD"
  while read -r name value; do
    if [[ $name != quorum ]]; then printf 'sentinel %s %s %s\n' "$name" "$NAME" "$value"; fi
  done < <(sentinel_settings)
}

# local_state <port> <secret's name> <who> <word>...: sets RUNNING to yes or no and REPLY to the answer.
local_state() {
  local port=$1 secret=$2 who=$3 status=0
  shift 3
  RUNNING=yes
  REPLY=$(redis_ask 127.0.0.1 "$port" "$secret" "$@") || status=$?
  case $status in
    0) ;;
    3) RUNNING=no ;;
    5) refuse_password "$REPLY" "$who on this host" "$secret" ;;
    *) refuse "$who on this host listens but does not answer properly." "See journalctl -u redis-server -u redis-sentinel." ;;
  esac
}

preflight_redis() {
  local dir
  local_state "$REDIS_PORT" REDIS_PASSWORD 'the Redis' CONFIG GET dir
  REDIS_RUNNING=$RUNNING
  REDIS_STATE=$(state_of "$REDIS_SEEDED" redis-server "^$INCLUDE\$")
  if [[ $REDIS_RUNNING == yes ]]; then
    pairs_of "$REPLY"
    dir=${PAIRS[dir]:-}
    if [[ $dir != "$DATA" ]]; then
      refuse "The Redis on this host keeps its data in $dir; the place of the platform is $DATA." \
        "Move the data by hand while this node is a replica and stopped, then repeat."
    fi
  elif [[ $REDIS_STATE == foreign ]]; then
    refuse "$REDIS_SEEDED was written by somebody else, and its Redis does not run." \
      "Start that Redis with our password, so that it can be taken over, or move the file away."
  fi
}

preflight_sentinel() {
  local names
  local_state "$SENTINEL_PORT" SENTINEL_PASSWORD 'the Sentinel' SENTINEL MASTERS
  SENTINEL_RUNNING=$RUNNING
  SENTINEL_STATE=$(state_of "$SENTINEL_SEEDED" redis-sentinel "^sentinel monitor \"?$NAME\"? ")
  if [[ $SENTINEL_RUNNING == yes ]]; then
    names=$(printf '%s\n' "$REPLY" | awk 'NR % 2 == 1 { hit = $0 == "name"; next } hit { printf " %s", $0 }')
    if [[ "$names " != *" $NAME "* ]]; then
      refuse "The Sentinel on this host watches${names:- nothing}, not $NAME." \
        "It belongs to another cluster: stop it and remove $SENTINEL_SEEDED, or correct the inventory."
    fi
  elif [[ $SENTINEL_STATE == foreign ]]; then
    refuse "$SENTINEL_SEEDED was written by somebody else and does not name $NAME." "Move the file away, then repeat."
  fi
}

has_data() { [[ -e $DATA/appendonlydir || -e $DATA/dump.rdb ]]; }

# A node that starts empty as master empties its replicas; one that can't know its master must not guess.
preflight_seed() {
  local member status
  if [[ $REDIS_STATE == ours || $REDIS_RUNNING == yes ]]; then return 0; fi
  if [[ $MASTER_FROM == nobody && $MASTER != "$SELF" ]] && applying; then
    refuse "No member knows a master yet, and this host is not where the data begins ($MASTER)." "Deploy $MASTER first."
  fi
  if [[ $MASTER_FROM == nobody || $MASTER != "$SELF" ]] || has_data; then return 0; fi
  for member in "${MEMBERS[@]}"; do
    status=0
    ask_redis "$member" PING >/dev/null || status=$?
    if ((status == 0)); then
      refuse "The Sentinels name this host master, but it has no data: started now, it would empty its replicas." \
        "Wait until they have chosen another master (some seconds), then repeat."
    fi
  done
}

preflight() {
  require_host "$SELF"
  require_plain REDIS_PASSWORD SENTINEL_PASSWORD
  require_unit "$REDIS_UNIT"
  require_unit "$SENTINEL_UNIT"
  require_port "$REDIS_PORT" "$REDIS_UNIT"
  require_port "$SENTINEL_PORT" "$SENTINEL_UNIT"
  require_space "$DATA" 512
  require_mount "$DATA"
  preflight_redis
  preflight_sentinel
  find_master "$SEED" "$NAME" "${MEMBERS[@]}"
  preflight_seed
  fact master "$MASTER"
  fact master-known-from "$MASTER_FROM"
}

# ensure_settings <what> <text of names and values> <function that prints the wanted ones> <command word>...
ensure_settings() {
  local what=$1 wanted=$3 name value reply
  pairs_of "$2"
  shift 3
  while read -r name value; do
    if [[ ${PAIRS[$name]:-} == "$value" ]]; then continue; fi
    change setting "$what:$name" "$(redact "$value")"
    if ! applying; then continue; fi
    reply=$("$@" "$name" "$value") || fail "$what refused the setting $name: $reply" "Its version may not know it."
  done < <("$wanted")
}

ensure_redis_settings() {
  local before=$CHANGES
  local -a wanted
  mapfile -t wanted < <(redis_settings)
  ensure_settings redis "$(ask_redis 127.0.0.1 CONFIG GET "${wanted[@]%% *}")" redis_settings ask_redis 127.0.0.1 CONFIG SET
  if ((CHANGES > before)) && applying; then ask_redis 127.0.0.1 CONFIG REWRITE; fi
}

redis_answers() { [[ $(ask_redis 127.0.0.1 PING) == PONG ]]; }

# Sentinel leads a replica of the wrong node to the master, a failover-timeout (60 s) after it notices.
replica_in_sync() {
  local info named
  info=$(ask_redis 127.0.0.1 INFO replication)
  named=$(ask_sentinel 127.0.0.1 SENTINEL GET-MASTER-ADDR-BY-NAME "$NAME")
  named=${named%%$'\n'*}
  if [[ $named == "$SELF" ]]; then
    info_field "$info" role
    [[ $FOUND == master ]]
  else
    info_field "$info" master_link_status
    if [[ $FOUND != up ]]; then return 1; fi
    info_field "$info" master_host
    [[ $FOUND == "$named" ]]
  fi
}

deploy_redis() {
  # Redis' administration guide: without it the fork for a snapshot or a replica's copy fails when memory is half full.
  ensure_sysctl vm.overcommit_memory 1
  ensure_package redis-server '' "$REDIS_UNIT"
  ensure_dir "$DATA" 0750 redis:redis
  # The unit's ProtectSystem=strict would keep Redis from its data.
  ensure_drop_in "$REDIS_UNIT" "ReadWritePaths=$DATA"
  ensure_file "$REDIS_OWN" 0640 redis:redis redis_own
  case $REDIS_STATE in
    ours) ensure_mode "$REDIS_SEEDED" 0640 redis:redis ;;
    foreign) ensure_file "$REDIS_SEEDED" 0640 redis:redis redis_adopted ;;
    *) ensure_file "$REDIS_SEEDED" 0640 redis:redis redis_seed ;;
  esac
  ensure_service "$REDIS_UNIT"
  if applying && ! wait_for 60 redis_answers; then
    fail "Redis does not answer 60 s after its start." "See journalctl -u $REDIS_UNIT on the host."
  fi
  if applying || [[ $REDIS_RUNNING == yes ]]; then ensure_redis_settings; fi
}

sentinel_answers() { [[ -n $(ask_sentinel 127.0.0.1 SENTINEL GET-MASTER-ADDR-BY-NAME "$NAME") ]]; }

deploy_sentinel() {
  ensure_package redis-sentinel '' "$SENTINEL_UNIT"
  ensure_drop_in "$SENTINEL_UNIT"
  if [[ $SENTINEL_STATE == ours ]]; then
    ensure_mode "$SENTINEL_SEEDED" 0640 redis:redis
  else
    # Redis runs here by now, so that there is somebody to ask where at first there was nobody.
    if applying; then find_master "$SEED" "$NAME" "${MEMBERS[@]}"; fi
    ensure_file "$SENTINEL_SEEDED" 0640 redis:redis sentinel_seed
  fi
  ensure_service "$SENTINEL_UNIT"
  if applying && ! wait_for 30 sentinel_answers; then
    fail "Sentinel does not answer 30 s after its start." "See journalctl -u $SENTINEL_UNIT on the host."
  fi
  if applying || [[ $SENTINEL_RUNNING == yes ]]; then
    ensure_settings sentinel "$(ask_sentinel 127.0.0.1 SENTINEL MASTER "$NAME")" sentinel_settings \
      ask_sentinel 127.0.0.1 SENTINEL SET "$NAME"
  fi
}

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  SELF=$1 SEED=$2 NAME=$3 MEMBERS=("${@:4}")
  QUORUM=$((${#MEMBERS[@]} / 2 + 1))
  preflight
  progress 1/3 "Redis"
  deploy_redis
  progress 2/3 "Sentinel"
  deploy_sentinel
  if applying && ! wait_for "$SYNC_SECONDS" replica_in_sync; then
    fail "This node does not follow the master that its Sentinel names, after $SYNC_SECONDS s." "See journalctl -u $REDIS_UNIT on the host."
  fi
  progress 3/3 "done"
}

main "$@" </dev/null
