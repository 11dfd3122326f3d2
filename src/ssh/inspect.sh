# shellcheck shell=bash
# Says what is known of one piece of detached work: one answer line with its state.
# Arguments: look, which changes nothing; or forbid: what has not started by then never will, and its state is `refused`.

# The state of work that left a result. One that an orderly restart of the host left says no more than none at all would.
state_of_result() {
  local service code system
  read -r service code _ system _ <"$DIR/result"
  if [ "$service" = refused ]; then
    echo refused
  elif [ "$code" != exited ] && [ "$service" != timeout ] && [ "$system" = stopping ]; then
    echo rebooted
  else
    echo "done"
  fi
}

main() {
  local state
  if [ "$1" = forbid ]; then
    umask 077
    [ "$(look)" != unsafe ] || { answer unsafe; return; }
    mkdir --parents -- "${DIR%/*}"
    exec 9>>"${DIR%/*}/.lock"
    flock --wait 20 9 || { answer unknown; return; }
    mkdir -- "$DIR" 2>/dev/null
    [ "$(look)" != prepared ] || forbid_start || :
  fi
  state=$(look)
  [ "$state" != "done" ] || state=$(state_of_result)
  answer "$state"
}

main "$@" </dev/null
