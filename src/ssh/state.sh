# shellcheck shell=bash
# What is known of one piece of detached work. Comes before each of the other scripts of this directory.
# Variables (of all of them): $DIR the work's directory, $UNIT its systemd unit, $NONCE a word that marks our answers.

set -u

# 0: systemd holds the unit in some living state; 1: it does not; 2: systemd did not answer.
unit_alive() {
  case "$(systemctl show --property=ActiveState --value -- "$1" 2>/dev/null)" in
    inactive | failed) return 1 ;;
    active | activating | deactivating | reloading | refreshing | maintenance) return 0 ;;
    *) return 2 ;;
  esac
}

# Prints absent, unsafe, done, running, unknown, prepared, lost or rebooted. The order is the point: a result counts
# before the unit, the unit before the mark of the start, and only then does the boot id tell lost from rebooted.
look() {
  # What stands behind a link is somebody else's, and so would be what is written there.
  if [ -L "${DIR%/*}" ] || [ -L "${DIR%/*/*}" ]; then
    echo unsafe
    return
  fi
  [ -e "$DIR" ] || [ -L "$DIR" ] || { echo absent; return; }
  [ "$(stat --format='%u:%g:%a:%F' -- "$DIR")" = '0:0:700:directory' ] || { echo unsafe; return; }
  [ ! -e "$DIR/result" ] || { echo "done"; return; }
  unit_alive "$UNIT"
  local alive=$?
  ((alive != 0)) || { echo running; return; }
  # It may have ended between the two questions.
  [ ! -e "$DIR/result" ] || { echo "done"; return; }
  ((alive != 2)) || { echo unknown; return; }
  [ -e "$DIR/started" ] || { echo prepared; return; }
  if [ "$(cat -- "$DIR/boot" 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then echo lost; else echo rebooted; fi
}

# The one line the other side waits for; the nonce keeps it apart from whatever a login shell prints.
answer() {
  printf 'KEYBUZZ %s %s\n' "$NONCE" "$*"
}

# A file is there with its whole text or not at all. $1 path, $2 text.
write_whole() {
  printf '%s' "$2" >"$1.new" && sync -- "$1.new" && mv --force --no-target-directory -- "$1.new" "$1"
}

# Takes the mark of the start, so that nothing can start under this directory any more; fails when it started already.
forbid_start() {
  mkdir -- "$DIR/started" 2>/dev/null || return 1
  write_whole "$DIR/result" $'refused none 0 none\n' || :
}
