# shellcheck shell=bash
# Runs the script on stdin in the login shell that sshd started, where a `timeout` and a second bash would cost as much as
# many a script itself. Given: KEYBUZZ_LENGTH (of the script, bytes), KEYBUZZ_LIMIT and KEYBUZZ_GRACE (seconds) and the
# six words of the plain way before the script's arguments. Does nothing, so that the plain way is taken, unless this bash
# is as fresh as a new one would be (no option, function or alias from ~/.bashrc) and leads its process group.
if [[ $SHELLOPTS == braceexpand:hashall:interactive-comments ]] &&
  [[ ! $BASHOPTS =~ alias|glob:|failglob|nullglob|nocase|extdebug|globstar|lastpipe|errexit|xpg_echo|compat ]] &&
  ! compgen -A function >/dev/null && kill -0 -- "-$$" 2>/dev/null &&
  # A pipe for nothing: since bash 5.1 a here-string is one, and Linux opens its other end too.
  exec {KEYBUZZ_ALIVE}<<<'' && [[ -p /dev/fd/$KEYBUZZ_ALIVE ]]; then
  trap - EXIT ERR DEBUG RETURN
  IFS=$' \t\n'
  shift 6
  # In one piece, where `bash -s` reads byte by byte; a text that was cut on its way is run by nobody.
  LC_ALL=C read -r -t "$KEYBUZZ_LIMIT" -N "$KEYBUZZ_LENGTH" KEYBUZZ_TEXT || exit 1
  trap 'KEYBUZZ_TOLD=143' TERM
  read -r -u "$KEYBUZZ_ALIVE"
  exec {KEYBUZZ_HELD}>"/dev/fd/$KEYBUZZ_ALIVE"
  # The script holds a pipe to us for as long as anything of it lives. A job, not a process substitution: of a short one
  # `wait` sometimes tells 255 in place of its status (bash 5.2, 2 of 4000).
  (
    exec {KEYBUZZ_ALIVE}<&-
    eval "unset -v KEYBUZZ_TEXT KEYBUZZ_LENGTH KEYBUZZ_LIMIT KEYBUZZ_GRACE KEYBUZZ_ALIVE KEYBUZZ_HELD
$KEYBUZZ_TEXT"
  ) &
  exec {KEYBUZZ_HELD}>&-
  read -r -t "$KEYBUZZ_LIMIT" -u "$KEYBUZZ_ALIVE"
  if (($? > 128)); then
    trap '' TERM
    kill -TERM -- "-$$"
    read -r -t "$KEYBUZZ_GRACE" -u "$KEYBUZZ_ALIVE"
    if (($? > 128)); then kill -KILL -- "-$$"; fi
    exit "${KEYBUZZ_TOLD:-124}"
  fi
  wait "$!"
  exit
fi
