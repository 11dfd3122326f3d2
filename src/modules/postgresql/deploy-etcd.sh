#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh http.sh postgresql.sh postgresql-etcd.sh
#
# Purpose: make this host a member of the etcd in which Patroni keeps its state, closed to whoever has no password.
# Arguments: <own name> <scope> <name=address of each member, own too>...
# Secrets: ETCD_PASSWORD ETCD_ROOT_PASSWORD
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a member that is as it should be nothing changes.

etcd_configuration() {
  local peers=("${MEMBERS[@]/=/=http://}")
  cat <<END
# Written by keybuzz: the store of Patroni's cluster $SCOPE.
ETCD_NAME=$OWN
ETCD_DATA_DIR=$ETCD_DATA
ETCD_LISTEN_CLIENT_URLS=http://$SELF:$ETCD_PORT
ETCD_ADVERTISE_CLIENT_URLS=http://$SELF:$ETCD_PORT
ETCD_LISTEN_PEER_URLS=http://$SELF:$ETCD_PEER_PORT
ETCD_INITIAL_ADVERTISE_PEER_URLS=http://$SELF:$ETCD_PEER_PORT
ETCD_INITIAL_CLUSTER=$(printf '%s,' "${peers[@]/%/:$ETCD_PEER_PORT}" | sed 's/,$//')
ETCD_INITIAL_CLUSTER_TOKEN=$SCOPE
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_AUTO_COMPACTION_MODE=periodic
ETCD_AUTO_COMPACTION_RETENTION=1h
END
}

# was_member: the others have seen this host as a member already.
was_member() {
  local address reply
  for address in "${ADDRESSES[@]}"; do
    if [[ $address == "$SELF" ]]; then continue; fi
    reply=$(etcd_ask "$address" /v3/cluster/member/list <<<'{}') || continue
    if [[ $reply == *"http://$SELF:$ETCD_PORT"* ]]; then return 0; fi
  done
  return 1
}

preflight() {
  local port
  require_host "$SELF"
  require_plain ETCD_PASSWORD ETCD_ROOT_PASSWORD
  require_unit "$ETCD_UNIT"
  for port in "$ETCD_PORT" "$ETCD_PEER_PORT"; do require_port "$port" "$ETCD_UNIT"; done
  require_space "$ETCD_DATA" 1024
  require_mount "$ETCD_DATA"
  if [[ $(state_of "$ETCD_FILE" etcd-server '^# Written by keybuzz') == foreign ]]; then
    refuse "$ETCD_FILE was written by somebody else." "An etcd of another purpose does not go with Patroni's: move it to another host."
  fi
  # With its memory lost a member could vote twice.
  if [[ ! -d $ETCD_DATA/member ]] && was_member; then
    refuse "$OWN is a member of this etcd already, and its data in $ETCD_DATA is gone." \
      "Replace the member by hand: see \"A member of etcd lost its data\" in README.md of the module."
  fi
}

deploy_member() {
  ensure_package etcd-server '' "$ETCD_UNIT"
  ensure_dir "$ETCD_DATA" 0700 etcd:etcd
  # By itself its start waits for a majority, which is not there before the second member's.
  ensure_drop_in "$ETCD_UNIT" Type=exec Restart=on-failure
  ensure_file "$ETCD_FILE" 0644 root:root etcd_configuration
  ensure_service "$ETCD_UNIT"
}

# grant: users, and what Patroni's may touch. Another member may do the same at this moment: who was first does not matter.
grant() {
  local prefix end
  prefix=$(printf '/service/%s/' "$SCOPE" | base64 -w 0)
  end=$(printf '/service/%s0' "$SCOPE" | base64 -w 0)
  {
    etcd_ask "$SELF" /v3/auth/role/add <<<'{"name": "root"}'
    etcd_ask "$SELF" /v3/auth/user/add <<<"{\"name\": \"root\", \"password\": \"$ETCD_ROOT_PASSWORD\"}"
    etcd_ask "$SELF" /v3/auth/user/grant <<<'{"user": "root", "role": "root"}'
    etcd_ask "$SELF" /v3/auth/role/add <<<"{\"name\": \"$ETCD_USER\"}"
    etcd_ask "$SELF" /v3/auth/role/grant <<<"{\"name\": \"$ETCD_USER\", \"perm\": {\"permType\": \"READWRITE\", \"key\": \"$prefix\", \"range_end\": \"$end\"}}"
    etcd_ask "$SELF" /v3/auth/user/add <<<"{\"name\": \"$ETCD_USER\", \"password\": \"$ETCD_PASSWORD\"}"
    etcd_ask "$SELF" /v3/auth/user/grant <<<"{\"user\": \"$ETCD_USER\", \"role\": \"$ETCD_USER\"}"
    etcd_ask "$SELF" /v3/auth/enable <<<'{}'
  } >/dev/null || true
}

# is_open: whoever asks is answered.
is_open() { etcd_ask "$SELF" /v3/auth/role/list >/dev/null <<<'{}'; }

lets_patroni_in() { etcd_knows "$SELF" "$ETCD_USER" ETCD_PASSWORD; }

ensure_users() {
  if lets_patroni_in; then return 0; fi
  if ! applying || is_open; then
    change access etcd "passwords for root and $ETCD_USER, nobody else is let in"
    if ! applying; then return 0; fi
    grant
  fi
  if ! wait_for 15 lets_patroni_in; then
    fail "etcd does not take ETCD_PASSWORD for its user $ETCD_USER." "Is it that of the cluster? See journalctl -u $ETCD_UNIT."
  fi
}

main() {
  need_args 5 "$@"
  use_secrets ETCD_PASSWORD ETCD_ROOT_PASSWORD
  SCOPE=$2
  know_members "$1" "${@:3}"
  preflight
  deploy_member
  if applying && ! wait_for 90 etcd_healthy "$SELF"; then
    fail "etcd has no majority 90 s after the start of this member." "See journalctl -u $ETCD_UNIT on all three, and whether $ETCD_PEER_PORT is open between them."
  fi
  ensure_users
}

main "$@" </dev/null
