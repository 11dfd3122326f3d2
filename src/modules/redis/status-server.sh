#!/usr/bin/env bash
# needs: lib.sh perl.sh redis.sh
#
# Purpose: say what this host's Redis and Sentinel know; the worker compares the hosts.
# Arguments: <master name>
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when Redis or Sentinel is down: `redis` and `sentinel` say so; 64 wrong use.
# Safe to repeat: yes.

INFO_FIELDS=(
  redis_version run_id role connected_slaves master_host master_link_status master_last_io_seconds_ago
  master_repl_offset slave_repl_offset min_slaves_good_slaves loading aof_enabled aof_last_write_status
  rdb_last_bgsave_status used_memory maxmemory total_system_memory maxmemory_policy
)

# word_of <status of redis_ask>
word_of() {
  case $1 in
    0) printf answers ;;
    3) printf stopped ;;
    4) printf silent ;;
    5) printf wrong-password ;;
    *) printf refuses ;;
  esac
}

report_redis() {
  local info status=0 name config
  info=$(ask_redis 127.0.0.1 INFO) || status=$?
  fact redis "$(word_of "$status")"
  if ((status != 0)); then return 0; fi
  for name in "${INFO_FIELDS[@]}"; do
    info_field "$info" "$name"
    fact_of "redis.$name" "$FOUND"
  done
  # slave0:ip=10.0.0.124,port=6379,state=online,offset=1234,lag=0
  fact_of redis.replicas "$(printf '%s\n' "$info" | sed -nE 's/^slave[0-9]+:(.*)$/\1/p' | tr '\n' ' ')"
  status=0
  config=$(ask_redis 127.0.0.1 CONFIG GET min-replicas-to-write min-replicas-max-lag) || status=$?
  if ((status != 0)); then return 0; fi
  pairs_of "$config"
  for name in min-replicas-to-write min-replicas-max-lag; do fact_of "redis.$name" "${PAIRS[$name]:-}"; done
}

report_sentinel() {
  local master status=0 name
  master=$(ask_sentinel 127.0.0.1 SENTINEL MASTER "$1") || status=$?
  # An error reply here: this Sentinel watches no master of that name.
  fact sentinel "$(word_of "$status")"
  if ((status != 0)); then return 0; fi
  pairs_of "$master"
  for name in ip flags num-slaves num-other-sentinels quorum role-reported-time; do
    fact_of "sentinel.$name" "${PAIRS[$name]:-}"
  done
  status=0
  master=$(ask_sentinel 127.0.0.1 SENTINEL CKQUORUM "$1") || status=$?
  if ((status == 0)); then fact sentinel.ckquorum ok; else fact_of sentinel.ckquorum "$master"; fi
  info_field "$(ask_sentinel 127.0.0.1 INFO sentinel)" sentinel_tilt
  fact_of sentinel.tilt "$FOUND"
}

main() {
  need_args 1 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  report_redis
  report_sentinel "$1"
}

main "$@" </dev/null
