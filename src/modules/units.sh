# shellcheck shell=bash
# Purpose: the systemd unit behind a port, also where somebody else installed it; stopping it for a drill, starting it again.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh preflight.sh units.sh`.
# Secrets: none.
# Changes: a drop-in in /run (no reboot survives it), which start_again removes.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# The last by name counts, whatever other drop-ins say.
STAY_STOPPED=zz-keybuzz-drill.conf
RUNTIME_UNITS=/run/systemd/system

# unit_of_port <port>: sets UNIT to the unit whose process listens there.
unit_of_port() {
  local program='' pid=''
  UNIT=''
  read -r program pid < <(listener_of "$1") || true
  if [[ -n $pid ]]; then UNIT=$(sed -nE 's|.*/([^/]+\.service)$|\1|p' "/proc/$pid/cgroup" | head -n 1); fi
  if [[ -z $UNIT ]]; then
    refuse "No service of systemd listens on port $1 of this host (it is ${program:-nobody})." \
      "A process outside systemd could not be started again: put it under a unit first."
  fi
}

# keep_stopped <unit>: systemd must not start it again by itself.
keep_stopped() {
  mkdir -p "$RUNTIME_UNITS/$1.d"
  printf '# Written by keybuzz for a drill.\n[Service]\nRestart=no\n' >"$RUNTIME_UNITS/$1.d/$STAY_STOPPED"
  systemctl daemon-reload
  if [[ $(systemctl show -p Restart --value "$1") != no ]]; then
    fail "systemd would start $1 again at once, so nothing would fail over; it was not killed." \
      "See systemctl cat $1 on the host: another drop-in overrules ours."
  fi
}

is_down() { [[ $(systemctl show -p ActiveState --value "$1") =~ ^(inactive|failed)$ && -z $(unit_processes "$1") ]]; }

is_killed() { is_down "$1" && ! listens "$2"; }

# kill_unit <unit> <port>: SIGKILL to all of it, until none of it runs and nobody listens there; keep_stopped was called before.
kill_unit() {
  systemctl kill --signal=KILL --kill-whom=all "$1"
  if ! wait_for 5 is_killed "$1" "$2"; then
    fail "$1 still runs after SIGKILL, or was started again." "See systemctl status $1 on the host."
  fi
}

unit_processes() {
  local group
  group=$(systemctl show -p ControlGroup --value "$1")
  if [[ -n $group && -e /sys/fs/cgroup$group/cgroup.procs ]]; then cat "/sys/fs/cgroup$group/cgroup.procs"; fi
}

# kept_stopped: each unit that a drill keeps stopped, one a line.
kept_stopped() {
  local file
  for file in "$RUNTIME_UNITS"/*.d/"$STAY_STOPPED"; do
    if [[ -e $file ]]; then
      file=${file%/*}
      file=${file##*/}
      printf '%s\n' "${file%.d}"
    fi
  done
}

# let_restart <unit>: undoes keep_stopped.
let_restart() {
  rm -f -- "$RUNTIME_UNITS/$1.d/$STAY_STOPPED"
  rmdir -- "$RUNTIME_UNITS/$1.d" 2>/dev/null || true
  systemctl daemon-reload
}

# to_start <unit>...: those that a drill keeps stopped, and of these here the ones that should run; each that does not run.
to_start() {
  local unit
  { kept_stopped; printf '%s\n' "$@"; } | sort -u | while read -r unit; do
    if unit_is "$unit" active; then continue; fi
    if [[ -e $RUNTIME_UNITS/$unit.d/$STAY_STOPPED ]] || unit_is "$unit" enabled; then printf '%s\n' "$unit"; fi
  done
}

# start_again <unit>...: undoes every keep_stopped of this host and starts what to_start names; sets STARTED to how many.
# shellcheck disable=SC2034 # STARTED is for the script behind us
start_again() {
  local unit units
  mapfile -t units < <(to_start "$@")
  for unit in $(kept_stopped); do let_restart "$unit"; done
  for unit in "${units[@]}"; do
    change service "$unit" start
    systemctl reset-failed "$unit" 2>/dev/null || true
    if ! systemctl start "$unit"; then fail_unit "$unit" "start again"; fi
  done
  STARTED=${#units[@]}
}
