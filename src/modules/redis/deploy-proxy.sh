#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh redis.sh http.sh haproxy.sh redis-perl.sh redis-update-master.sh
#
# Purpose: let this HAProxy lead port 6379 to the Redis master, and only there.
# Arguments: <own address> <master name> <name=address of each member>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: what haproxy.sh says, the fragment 40-redis.cfg, and the timer of redis-update-master.sh.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; HAProxy is reloaded only when its configuration changed.

FRAGMENT=40-redis.cfg
BACKEND=be_redis_master

# `role:master` alone is not enough: an old master that comes back says it for about 10 s, and after a switchover two
# say it. One that has a replica is the one that may be written to (min-replicas-to-write). The pair stands within the
# first 64 bytes of the answer; with min-recv a mismatch is final at once, where HAProxy would wait for more till timeout.
# HAProxy takes a server for up until its first check: while more than one is up, nobody is let in, so that no write
# goes to the wrong one after a start, a reload or with two masters.
redis_fragment() {
  local member
  cat <<END
# Written by keybuzz.
frontend fe_redis from keybuzz-tcp
    bind $SELF:$REDIS_PORT
    bind 127.0.0.1:$REDIS_PORT
    tcp-request connection reject if { nbsrv($BACKEND) gt 1 }
    default_backend $BACKEND

backend $BACKEND from keybuzz-tcp
    option tcp-check
    tcp-check connect
END
  printf '    tcp-check send AUTH\\ %s\\r\\n\n' "$REDIS_PASSWORD"
  cat <<'END'
    tcp-check expect string +OK
    tcp-check send info\ replication\r\n
    tcp-check expect min-recv 64 rstring 'role:master\s+connected_slaves:[1-9]'
    tcp-check send QUIT\r\n
    tcp-check expect string +OK
    default-server check inter 1s fastinter 250ms fall 2 rise 1 on-marked-down shutdown-sessions
END
  for member in "${MEMBERS[@]}"; do
    printf '    server %s %s:%s\n' "${member%%=*}" "${member#*=}" "$REDIS_PORT"
  done
}

main() {
  need_args 3 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  SELF=$1 MEMBERS=("${@:3}")
  require_plain REDIS_PASSWORD SENTINEL_PASSWORD
  haproxy_preflight "$SELF" "$FRAGMENT" "$REDIS_PORT"
  haproxy_deploy "$SELF" "$FRAGMENT" redis_fragment
  if applying && ! wait_for 20 haproxy_settled "$BACKEND" "${#MEMBERS[@]}"; then
    fail "HAProxy has not settled on one server of $BACKEND 20 s after its reload." "See journalctl -u haproxy on the host."
  fi
  ensure_updater "$2" "$BACKEND" "${MEMBERS[@]}"
  if applying && ! wait_for 10 updater_fresh; then
    fail "$UPDATER has given no result after 10 s." "See journalctl -u $UPDATER on the host."
  fi
}

main "$@" </dev/null
