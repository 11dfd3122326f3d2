#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh
#
# Purpose: open the worker again that a drill drained.
# Arguments: none
# Secrets: none
# Changes: the worker takes pods again.
# Exit codes: 0 done, also when there was nothing to do; 1 the API does not take it.
# Safe to repeat: yes.

main() {
  local node
  if ! applying; then
    change node worker "opened for pods, should it be drained then"
    return 0
  fi
  if [[ ! -e $DRAINED_WORKER_FILE ]]; then return 0; fi
  node=$(cat -- "$DRAINED_WORKER_FILE")
  change node "$node" "takes pods again"
  if ! wait_for 60 kube uncordon "$node"; then fail "The API does not open $node." "k3s kubectl uncordon $node"; fi
  rm -f -- "$DRAINED_WORKER_FILE"
}

main "$@" </dev/null
