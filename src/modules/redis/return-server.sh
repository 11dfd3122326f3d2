#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh redis.sh redis-units.sh
#
# Purpose: start again what a drill stopped on this host, and let it follow the master.
# Arguments: <own address> <master name> <address of each member, own too>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: removes the drill's drop-in in /run; starts Redis and Sentinel where they are enabled and do not run.
# Exit codes: 0 done, also when there was nothing to do; 64 wrong use, 69 refused, 1 a service does not start.
# Safe to repeat: yes.

# to_start: the units that should run here and don't.
to_start() {
  local unit
  { kept_stopped; printf '%s\n' redis-server.service redis-sentinel.service; } | sort -u | while read -r unit; do
    if unit_is "$unit" active; then continue; fi
    if [[ -e $RUNTIME_UNITS/$unit.d/$STAY_STOPPED ]] || unit_is "$unit" enabled; then printf '%s\n' "$unit"; fi
  done
}

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
  local unit units
  if ! applying; then
    change service redis-server.service "started again, should it be stopped then"
    return 0
  fi
  mapfile -t units < <(to_start)
  for unit in $(kept_stopped); do let_restart "$unit"; done
  for unit in "${units[@]}"; do
    change service "$unit" start
    systemctl reset-failed "$unit" 2>/dev/null || true
    if ! systemctl start "$unit"; then
      journalctl --no-pager -q -n 20 -u "$unit" || true
      fail "$unit did not start again." "Its last lines are in the log: journalctl -u $unit."
    fi
  done
  if ((${#units[@]} > 0)) && ! wait_for 30 follow_master; then
    fail "Redis runs again but does not follow the master after 30 s." "See journalctl -u redis-server, and status redis."
  fi
}

main "$@" </dev/null
