#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh base-access.sh base-sshd.sh base-firewall.sh base-host.sh base-docker.sh
#
# Purpose: give this host the base that every host has; sshd and firewall last, and for a while only.
# Arguments: <own address> <kind=value>... (see read_wishes)
# Secrets: none.
# Changes: see README.md of the module. Sshd and firewall go back by themselves unless confirm-host.sh comes in time.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a host that is as it should be nothing changes.

preflight() {
  local unit
  require_host "$1"
  for unit in docker.service fail2ban.service systemd-resolved.service ssh.service ufw.service; do require_unit "$unit"; done
  require_space /var 2048
  require_swap
  require_daemon_file
  require_sshd
}

ensure_access() {
  ensure_firewall
  ensure_sshd
}

# Whether the firewall or sshd would change: the same functions, asked in check mode.
access_differs() (
  export KEYBUZZ_MODE=check
  CHANGES=0 SCRATCH=()
  trap 'rm -rf -- "${SCRATCH[@]}"' EXIT
  ensure_access >/dev/null
  ((CHANGES > 0))
)

change_access() {
  forget_rollback
  if is_armed; then
    change access rollback "armed by an earlier run, which did not confirm"
  elif ! access_differs; then
    return 0
  fi
  arm_rollback "$ROLLBACK_SECONDS"
  ensure_access
}

main() {
  need_args 2 "$@"
  read_wishes "${@:2}"
  preflight "$1"
  progress 0/4 "packages"
  ensure_resolver_file
  ensure_base_packages
  progress 1/4 "host"
  ensure_resolver
  ensure_clock
  ensure_no_swap
  ensure_kernel
  ensure_journal
  ensure_updates
  ensure_guards
  progress 2/4 "Docker"
  ensure_docker
  progress 3/4 "sshd and firewall"
  change_access
  progress 4/4 "done"
}

main "$@" </dev/null
