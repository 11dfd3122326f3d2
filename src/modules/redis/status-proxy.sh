#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh redis.sh http.sh haproxy.sh redis-perl.sh redis-update-master.sh
#
# Purpose: say which Redis answers behind port 6379 of this HAProxy, and how its timer is.
# Arguments: <own address>
# Secrets: REDIS_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when nothing answers: `proxy` says so; 64 wrong use.
# Safe to repeat: yes.

main() {
  need_args 1 "$@"
  use_secrets REDIS_PASSWORD
  local info status=0 servers
  info=$(ask_redis "$1" INFO) || status=$?
  case $status in
    0) fact proxy answers ;;
    3) fact proxy stopped ;;
    5) fact proxy wrong-password ;;
    *) fact proxy silent ;;
  esac
  if ((status == 0)); then
    info_field "$info" run_id
    fact proxy.run_id "$FOUND"
    info_field "$info" role
    fact proxy.role "$FOUND"
  fi
  status=0
  servers=$(haproxy_statistics) || status=$?
  if ((status == 0)); then
    fact proxy.up "$(haproxy_up "$servers" be_redis_master)"
  fi
  if [[ -f $HAPROXY_FRAGMENTS/40-redis.cfg ]]; then fact proxy.ours yes; else fact proxy.ours no; fi
  report_updater
}

main "$@" </dev/null
