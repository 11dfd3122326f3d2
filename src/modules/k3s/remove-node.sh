#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh
#
# Purpose: take K3s off this host, with the pods that run here; its data stays, under another name.
# Arguments: <own name>
# Secrets: none
# Changes: K3s stopped and disabled, its containers killed, our files and tokens removed, the data directory moved aside. The
#          program stays. Networks and mounts of the containers go with the host's next reboot.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

FILES=("$K3S_FILE" "$K3S_SERVER_TOKEN" "$K3S_AGENT_TOKEN" "$ADMIN_CONFIG" "/etc/systemd/system/$K3S_UNIT" "/etc/systemd/system/$AGENT_UNIT")

# container_processes: pids of what K3s started for containers: it goes on without K3s.
container_processes() {
  local process
  for process in /proc/[0-9]*; do
    if [[ $(readlink "$process/exe" 2>/dev/null) == "$K3S_DATA"/data/*/bin/containerd-shim* ]]; then printf '%s\n' "${process#/proc/}"; fi
  done
}

kill_containers() {
  local shim
  for shim in $(container_processes); do
    xargs -r kill -KILL <"/proc/$shim/task/$shim/children" 2>/dev/null || true
    kill -KILL "$shim" 2>/dev/null || true
  done
}

main() {
  need_args 1 "$@"
  local file
  if [[ $(state_of_config) == foreign || ($(state_of_config) == absent && -n $(listener_of "$API_PORT")) ]]; then
    refuse "The K3s on this host was not deployed by us." "Take it off by hand."
  fi
  stop_for_good "$K3S_UNIT"
  stop_for_good "$AGENT_UNIT"
  if applying; then kill_containers; fi
  move_aside "$K3S_DATA"
  for file in "${FILES[@]}"; do remove_file "$file"; done
  if applying && ((CHANGES > 0)); then systemctl daemon-reload; fi
}

main "$@" </dev/null
