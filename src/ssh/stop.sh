# shellcheck shell=bash
# Ends detached work with its whole process tree, or makes sure that it never starts.
# Output: one answer line: stopped | not-running <state> | unknown <state>. Safe to repeat.

main() {
  local state
  umask 077
  [ "$(look)" != unsafe ] || { answer unknown unsafe; return; }
  mkdir --parents -- "${DIR%/*}"
  exec 9>>"${DIR%/*}/.lock"
  flock --wait 20 9 || { answer unknown busy; return; }
  mkdir -- "$DIR" 2>/dev/null
  state=$(look)
  if [ "$state" = prepared ]; then
    forbid_start && { answer not-running never-started; return; }
    state=$(look)
  fi
  exec 9>&-
  if [ "$state" = running ]; then
    : >"$DIR/stop"
    systemctl stop -- "$UNIT" 2>/dev/null
    state=$(look)
    [ "$state" = running ] || [ "$state" = unknown ] || { answer stopped; return; }
  fi
  case "$state" in
    done | lost | rebooted) answer not-running "$state" ;;
    *) answer unknown "$state" ;;
  esac
}

main "$@" </dev/null
