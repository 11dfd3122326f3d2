#!/usr/bin/env bash
# needs: lib.sh perl.sh redis.sh
#
# Purpose: prove that what is written through this HAProxy lands on the master that the Sentinels name.
# Arguments: <own name> <own address> <master name> <address of each member>...
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: one key `keybuzz:probe:<own name>:<random>`, deleted at the end and gone by itself after 60 s.
# Exit codes: 0 proven, 64 wrong use, 69 no master is known, 1 not proven.
# Safe to repeat: yes.

# through_proxy <word>...: as one connection; the last line is the run_id of the node that answered.
through_proxy() {
  local reply status=0
  reply=$(ask_redis "$ADDRESS" "$@" ';' INFO server) || status=$?
  if ((status != 0)); then
    fail "Through HAProxy, $1 was not answered as it should: ${reply%%$'\n'*} (status $status)." \
      "See the module's checks: no master may be up, or none that has a replica."
  fi
  FIRST=${reply%%$'\n'*}
  info_field "$reply" run_id
  RUN_ID=$FOUND
}

main() {
  need_args 4 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  ADDRESS=$2
  local key value direct status=0
  key=keybuzz:probe:$1:$(cat /proc/sys/kernel/random/uuid)
  value=$(cat /proc/sys/kernel/random/uuid)
  find_master "${4}" "$3" "${@:4}"
  if [[ $MASTER_FROM == nobody ]]; then refuse "No member knows a master." "Deploy redis first."; fi

  progress 1/4 "write"
  through_proxy SET "$key" "$value" EX 60
  if [[ $FIRST != OK ]]; then fail "The write was answered with $FIRST." "See the module's checks."; fi
  fact wrote-on "$RUN_ID"

  progress 2/4 "read"
  through_proxy GET "$key"
  if [[ $FIRST != "$value" ]]; then fail "The key read back is not the one written." "HAProxy leads to several nodes."; fi

  progress 3/4 "ask the master itself"
  direct=$(ask_redis "$MASTER" GET "$key" ';' INFO server ';' ROLE) || status=$?
  if ((status != 0)); then fail "The master $MASTER did not answer (status $status)." "See the module's checks."; fi
  info_field "$direct" run_id
  if [[ ${direct%%$'\n'*} != "$value" || $FOUND != "$RUN_ID" ]]; then
    fail "The write did not land on the master $MASTER but on the node with run_id $RUN_ID." "See the module's checks."
  fi
  fact master "$MASTER"

  progress 4/4 "delete"
  through_proxy DEL "$key"
  if [[ $FIRST != 1 ]]; then fail "The key was gone before it was deleted." "HAProxy leads to several nodes."; fi
  check probe pass "$MASTER" "written, read and deleted through HAProxy; the master $MASTER had it"
}

main "$@" </dev/null
