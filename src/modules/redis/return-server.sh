#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh redis.sh units.sh
#
# Purpose: start again what a drill stopped on this host, and let it follow the master.
# Arguments: <own address> <master name> <address of each member, own too>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: removes the drill's drop-in in /run; starts Redis and Sentinel where they are enabled and do not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 69 refused, 1 a service does not start.
# Safe to repeat: yes.

# A returned master says that it is one until its Sentinel corrects it, some 10 s later. Told at once it never leads.
follow_master() {
  local reply
  find_master "$SELF" "$NAME" "${MEMBERS[@]}"
  if [[ $MASTER == "$SELF" || $MASTER_FROM != sentinels ]]; then return 0; fi
  reply=$(ask_redis 127.0.0.1 ROLE) || return 1
  if [[ $reply != master* ]]; then return 0; fi
  # What it would follow must be a master, or there would be none.
  if [[ $(ask_redis "$MASTER" ROLE) != master* ]]; then return 1; fi
  ask_redis 127.0.0.1 REPLICAOF "$MASTER" "$REDIS_PORT" >/dev/null
}

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  SELF=$1 NAME=$2 MEMBERS=("${@:3}")
  if ! applying; then
    change service redis-server.service "started again, should it be stopped then"
    return 0
  fi
  start_again redis-server.service redis-sentinel.service
  if ((STARTED > 0)) && ! wait_for 30 follow_master; then
    fail "Redis runs again but does not follow the master after 30 s." "See journalctl -u redis-server, and status redis."
  fi
}

main "$@" </dev/null
