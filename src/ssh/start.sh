# shellcheck shell=bash
# Starts one piece of detached work, at most once for its directory, whoever asks and however often.
# Arguments: script_sha256 timeout_seconds [lock number]...
# Variables: $SCRIPT the script, $ASKED its arguments, $WORK the text its unit runs, $SECRETS assignments or nothing.
# Output: one answer line: started | attached | fenced <lock> <newest> | refused <code> <text>.
# Exit: 0 when it answered; anything else says that nobody knows. Safe to repeat.

runs=${DIR%/*}
root=${runs%/*}
fences=$root/fences
# In memory only: secrets never reach a disk.
handover=/run/keybuzz
days_kept=30

refuse() {
  answer refused "$@"
  exit 0
}

# Makes a directory of ours, or sees that the one there is ours: no link, root's, closed to others.
own_directory() {
  [ -d "$1" ] || mkdir --mode=0700 -- "$1" 2>/dev/null || :
  local facts
  facts=$(stat --format='%u:%g:%a:%F' -- "$1" 2>/dev/null) || facts=missing
  [ "$facts" = '0:0:700:directory' ] ||
    refuse KEYBUZZ_RUN_DIRECTORY_UNSAFE "$1 is not a directory of root's with mode 0700 (it is $facts)."
}

# The root may be readable for others (modules keep things there), but nobody else may write in it.
own_root() {
  [ -d "$root" ] || mkdir --mode=0755 -- "$root" 2>/dev/null || :
  local facts
  facts=$(stat --format='%u:%F' -- "$root" 2>/dev/null) || facts=missing
  { [ "$facts" = '0:directory' ] && [ -z "$(find "$root" -maxdepth 0 -perm /022)" ]; } ||
    refuse KEYBUZZ_RUN_DIRECTORY_UNSAFE "$root is not a directory that root alone can write (it is $facts)."
}

# A number older than the newest seen says that somebody else has taken the lock since. $@: lock number ...
check_fences() {
  local newest
  while (($# >= 2)); do
    newest=0
    if [ -e "$fences/$1" ]; then
      read -r newest <"$fences/$1" || newest=damaged
      [[ $newest =~ ^[0-9]+$ ]] || refuse KEYBUZZ_FENCE_DAMAGED "$fences/$1 holds no number."
    fi
    if (($2 < newest)); then
      answer fenced "$1" "$newest"
      exit 0
    fi
    shift 2
  done
}

store_fences() {
  (($# > 0)) || return 0
  while (($# >= 2)); do
    write_whole "$fences/$1" "$2"$'\n' || refuse KEYBUZZ_HOST_DISK "$fences/$1 can't be written."
    shift 2
  done
  sync -- "$fences"
}

# The first one stays, whatever comes later. $1 path, $2 text.
store_first() {
  { printf '%s' "$2" >"$1.new"; } || refuse KEYBUZZ_HOST_DISK "$1 can't be written."
  ln --no-target-directory -- "$1.new" "$1" 2>/dev/null || [ -e "$1" ] || refuse KEYBUZZ_HOST_DISK "$1 can't be made."
  rm --force -- "$1.new"
}

# Stored once and never replaced: whoever comes second must bring the same. $1 path, $2 text.
store_once() {
  store_first "$1" "$2"
  printf '%s' "$2" | cmp --silent -- - "$1" ||
    refuse KEYBUZZ_RUN_KEY_REUSED "$1 holds other work than the one asked for."
}

# No argument here holds a dollar or a percent sign, so there is nothing for systemd to expand: `--expand-environment=no`
# would say it, but is unknown to Debian 12's systemd-run.
start_unit() {
  {
    systemd-run --quiet --collect --unit="$UNIT" --service-type=exec --description="KeyBuzz ${DIR##*/}" \
      --setenv=HOME=/root --setenv=LANG=C.UTF-8 \
      --setenv=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      --property=StandardInput=null --property=StandardOutput="append:$DIR/out" --property=StandardError=inherit \
      --property=ExecCondition="/bin/bash $DIR/work begin" --property=ExecStopPost="/bin/bash $DIR/work end" \
      --property=RuntimeMaxSec="$1" --property=TimeoutStopSec=20 --property=OOMPolicy=continue \
      --property=IgnoreSIGPIPE=no --property=LimitCORE=0 \
      /bin/bash "$DIR/work" run >/dev/null
  } 2>&1
}

start_once() {
  local error secrets=$handover/${DIR##*/}
  write_whole "$DIR/boot" "$(cat /proc/sys/kernel/random/boot_id)" || refuse KEYBUZZ_HOST_DISK "$DIR/boot can't be written."
  : >>"$DIR/out"
  if [ -n "$SECRETS" ]; then
    { printf '%s' "$SECRETS" >"$secrets.new" && mv --force --no-target-directory -- "$secrets.new" "$secrets"; } ||
      refuse KEYBUZZ_HOST_DISK "$secrets can't be written."
  fi
  if error=$(start_unit "$1") && [ -e "$DIR/started" ]; then
    answer started
    return
  fi
  [ -e "$DIR/started" ] || rm --force -- "$secrets"
  if forbid_start; then
    refuse KEYBUZZ_WORK_NOT_STARTED "systemd did not start it: ${error//$'\n'/ }"
  elif [ -e "$DIR/started" ]; then
    answer attached
  else
    refuse KEYBUZZ_HOST_DISK "$DIR/started can't be made."
  fi
}

# Directories untouched for long go, never one whose unit lives. What a broken start left in memory goes, too.
prune() {
  local old
  find "$handover" -mindepth 1 -maxdepth 1 -type f -mmin +5 -delete
  find "$runs" -mindepth 1 -maxdepth 1 -type d -mtime "+$days_kept" -print0 |
    while IFS= read -r -d '' old; do
      unit_alive "keybuzz-${old##*/}.service"
      (($? != 1)) || rm --recursive --force --one-file-system -- "$old"
    done
}

main() {
  local sha=$1 timeout_seconds=$2
  shift 2
  umask 077
  own_root
  own_directory "$runs"
  own_directory "$fences"
  own_directory "$handover"
  exec 9>>"$runs/.lock"
  flock --wait 20 9 || refuse KEYBUZZ_HOST_BUSY "another start on this host has not ended for 20 seconds."
  check_fences "$@"
  own_directory "$DIR"
  [ "$(printf '%s' "$SCRIPT" | sha256sum)" = "$sha  -" ] || refuse KEYBUZZ_SCRIPT_DEFECT "the script arrived changed."
  store_once "$DIR/script" "$SCRIPT"
  store_once "$DIR/asked" "$ASKED"
  # A worker of another version wraps the same work in another text.
  store_first "$DIR/work" "$WORK"
  store_fences "$@"
  if [ -e "$DIR/started" ]; then
    answer attached
  else
    start_once "$timeout_seconds"
    prune
  fi
}

main "$@" </dev/null
