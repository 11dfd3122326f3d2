#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh http.sh postgresql.sh
#
# Purpose: take away what RAFT left on this host, whose member uses etcd.
# Arguments: <own name> <name=address of each member, own too>...
# Secrets: none
# Changes: RAFT's directory is moved aside. Packages stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 its member does not use etcd.
# Safe to repeat: yes.

main() {
  need_args 3 "$@"
  if applying && [[ $(store_of_member) != etcd3 ]]; then
    refuse "Patroni of this host does not use etcd." "See the steps before this one."
  fi
  move_aside "$RAFT_DATA"
}

main "$@" </dev/null
