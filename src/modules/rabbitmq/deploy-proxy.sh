#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh haproxy.sh
#
# Purpose: let this HAProxy lead port 5672 to the RabbitMQ nodes that serve.
# Arguments: <own address> <name=address of each member>...
# Secrets: MONITOR_PASSWORD
# Changes: what haproxy.sh says, and the fragment 50-rabbitmq.cfg.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; HAProxy is reloaded only when its configuration changed.

# A drained, paused or booting node has no listener, which its own health check says; a blank one that is no member yet does
# not know our user. What it says is read from a list that a suspended listener stays in, so its port is tried as well. A
# connection that meets a node in its last moment goes to another at once.
rabbitmq_fragment() {
  cat <<END
# Written by keybuzz.
frontend fe_rabbitmq from keybuzz-tcp
    bind $SELF:$AMQP_PORT
    bind 127.0.0.1:$AMQP_PORT
    default_backend $BACKEND

backend $BACKEND from keybuzz-tcp
    balance leastconn
    retries 3
    option redispatch 1
    option httpchk
    http-check connect port $API_PORT
    http-check send meth GET uri /api/health/checks/port-listener/$AMQP_PORT ver HTTP/1.0 hdr Authorization "Basic $(authorization)"
    http-check expect status 200
    http-check connect port $AMQP_PORT
    default-server check inter 2s fastinter 250ms fall 2 rise 1 on-marked-down shutdown-sessions
END
  printf "    server %s:$AMQP_PORT\n" "${MEMBERS[@]/=/ }"
}

authorization() { printf '%s:%s' "$MONITOR" "$MONITOR_PASSWORD" | base64 -w 0; }

main() {
  need_args 3 "$@"
  use_secrets MONITOR_PASSWORD
  SELF=$1 MEMBERS=("${@:2}")
  # What the fragment holds of the secret is hidden in diffs like the secret.
  # shellcheck disable=SC2034 # read by redact
  MONITOR_AUTHORIZATION=$(authorization)
  SECRETS+=(MONITOR_AUTHORIZATION)
  haproxy_preflight "$SELF" "$FRAGMENT" "$AMQP_PORT"
  haproxy_deploy "$SELF" "$FRAGMENT" rabbitmq_fragment
  if applying && ! wait_for 20 haproxy_settled "$BACKEND" "${#MEMBERS[@]}" "${#MEMBERS[@]}"; then
    fail "HAProxy does not show every server of $BACKEND 20 s after its reload." "See journalctl -u haproxy on the host."
  fi
}

main "$@" </dev/null
