# shellcheck shell=bash
# Purpose: work for chaos tests: little, in small pieces; the host's ledger says when it began, and when it ended.
# Arguments: token step pieces piece_seconds [service stop|start]
# Secrets: CHAOS_SECRET.
# Changes: one empty file per token and step; or stops the service, or starts it.
# Exit codes: 0 done, 69 the secret did not arrive.
# Safe to repeat: yes, but the ledger shows each repetition.

room=/var/lib/keybuzz-chaos

# One write to a file opened for appending: the lines of several processes never mix. $1: begin or end.
note() {
  printf '%s %s %s %s\n' "$1" "$unit" "$EPOCHREALTIME" "$(</proc/sys/kernel/random/boot_id)" >>"$room/ledger"
}

# Says what it changes. $1: the mark, $2: service or nothing, $3: verb
tell_change() {
  if [[ -z $2 ]]; then
    [[ -e $1 ]] || printf '::change mark %s done\n' "$1"
  elif [[ $3 == start ]]; then
    printf '::change service %s.service started again, should it be stopped\n' "$2"
  elif systemctl --quiet is-active "$2.service"; then
    printf '::change service %s.service stopped\n' "$2"
  fi
}

main() {
  local token=$1 step=$2 pieces=$3 piece_seconds=$4 service=${5:-} verb=${6:-} unit piece mark
  mark=$room/$token.$step
  if [[ $KEYBUZZ_MODE == check ]]; then
    tell_change "$mark" "$service" "$verb"
    return 0
  fi
  [[ -n ${CHAOS_SECRET:-} ]] || return 69
  mkdir -p "$room"
  # The unit we run in is named after run, step and attempt.
  unit=$(sed -n 's|^0::.*/keybuzz-\(.*\)\.service$|\1|p' /proc/self/cgroup)
  note begin
  for ((piece = 1; piece <= pieces; piece++)); do
    sleep "$piece_seconds"
    printf '::progress %d/%d piece %d\n' "$piece" "$pieces" "$piece"
  done
  tell_change "$mark" "$service" "$verb"
  if [[ -z $service ]]; then
    : >"$mark"
  else
    systemctl "$verb" "$service.service"
  fi
  note end
}

main "$@" </dev/null
