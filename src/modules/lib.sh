# shellcheck shell=bash
# Purpose: what every script of a module is made of: answers for the worker, and idempotent changes of a host.
# Arguments: none; scripts.ts puts this text before each script that says `# needs: lib.sh`.
# Mode: KEYBUZZ_MODE=check prints what would change and changes nothing; apply does it; read is for status.
# Secrets: shell variables, never exported; a script names them to use_secrets and prints none of them.
# Changes: nothing by itself; each ensure_* prints `::change <kind> <target> [<detail>]` for what it (would) change.
# Exit codes: 0 done, 64 wrong use, 69 refused: something needed is missing, 1 failed.
# Safe to repeat: yes; an ensure_* that finds the wanted state prints and does nothing.
#
# `set -e` is off inside a function that is called in `if`, `&&` or `||`: only single commands stand there.

set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C
umask 022

SECRETS=()
# How many changes were printed: compare before and after to learn whether something changed.
CHANGES=0
DIFF_LINES_MAX=60
# Directories and files that this process made for itself; they go when it ends.
SCRATCH=()
trap 'rm -rf -- "${SCRATCH[@]}"' EXIT

case ${KEYBUZZ_MODE:-} in
  check | apply | read) ;;
  *)
    printf 'KEYBUZZ_MODE must be check, apply or read.\n'
    exit 64
    ;;
esac

applying() { [[ $KEYBUZZ_MODE == apply ]]; }

fact() { printf '::fact %s %s\n' "$1" "${2//$'\n'/ }"; }

progress() { printf '::progress %s %s\n' "$1" "$2"; }

# fact_of <key> <value>: left out when there is nothing to say.
fact_of() { if [[ -n $2 ]]; then fact "$1" "$2"; fi; }

# check <id> <pass|warn|fail|unknown> <value> <text>
check() {
  local value=${3//[[:space:]]/_}
  printf '::check %s %s %s %s\n' "$1" "$2" "${value:--}" "${4//$'\n'/ }"
}

# refuse <reason> <fix>: something needed is missing; nothing was changed because of it.
refuse() {
  fact reason "$(redact "$1")"
  fact fix "$(redact "$2")"
  exit 69
}

# fail <reason> <fix>: it was tried and did not work.
fail() {
  fact reason "$(redact "$1")"
  fact fix "$(redact "$2")"
  exit 1
}

# need_args <least number> "$@"
need_args() {
  if (($# - 1 >= $1)); then return 0; fi
  printf 'This script needs at least %s arguments and was given %s.\n' "$1" "$(($# - 1))"
  exit 64
}

# know_members <own name> <name=address of each member, the seed first>...: sets OWN, SELF (own address), SEED (a name),
# MEMBERS and ADDRESSES.
# shellcheck disable=SC2034 # names for the scripts behind us
know_members() {
  local member
  OWN=$1 SELF='' MEMBERS=("${@:2}")
  ADDRESSES=("${MEMBERS[@]#*=}")
  SEED=${MEMBERS[0]%%=*}
  for member in "${MEMBERS[@]}"; do
    if [[ ${member%%=*} == "$OWN" ]]; then SELF=${member#*=}; fi
  done
}

# use_secrets <name>...: declares the script's secrets; each must have been given.
use_secrets() {
  local name
  SECRETS=("$@")
  for name; do
    if [[ -z ${!name:-} ]]; then refuse "The secret $name was not given." "Add it to the module's credentials file."; fi
  done
}

# wait_for <seconds> <command...>: polls until the command succeeds; status 1 when the time is over.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= end)); then return 1; fi
    sleep 0.2
  done
}

# redact <text>: the text with each secret as <NAME>.
redact() {
  local text=$1 name
  for name in "${SECRETS[@]}"; do
    if [[ -n ${!name:-} ]]; then text=${text//"${!name}"/"<$name>"}; fi
  done
  printf '%s' "$text"
}

# change <kind> <target> [<detail>]
change() {
  CHANGES=$((CHANGES + 1))
  printf '::change %s %s%s\n' "$1" "$2" "${3:+ ${3//$'\n'/ }}"
}

# Hides what may be a secret that we don't know: the rest of a line that speaks of one and has no placeholder.
hide_strangers() {
  sed -E '/<[A-Z][A-Z0-9_]*>/!{/pass|auth|secret|token|credential/I s/^([[:space:]]*[^[:space:]=:]+).*/\1 <hidden>/}'
}

# show_diff <path> <new text, redacted>
show_diff() {
  local current='' lines
  if [[ -f $1 ]]; then current=$(redact "$(cat -- "$1")"); fi
  lines=$(diff -u --label "$1" --label "$1" \
    <(if [[ -n $current ]]; then printf '%s\n' "$current"; fi | hide_strangers) \
    <(printf '%s\n' "$2" | hide_strangers) || true)
  printf '%s\n' "$lines" | awk -v max="$DIFF_LINES_MAX" '
    NR <= max { print "| " $0 }
    END { if (NR > max) print "| [" NR - max " more lines]" }'
}

# ensure_mode <path> <mode> <owner:group>: of something that is there.
ensure_mode() {
  local wanted
  printf -v wanted '%o %s' "$((8#$2))" "$3"
  if [[ $(stat -c '%a %U:%G' -- "$1") == "$wanted" ]]; then return 0; fi
  change mode "$1" "$2 $3"
  if applying; then
    chown -- "$3" "$1"
    chmod -- "$2" "$1"
  fi
}

# scratch_directory: sets SCRATCH_DIRECTORY to a new one that only we can enter, in memory.
scratch_directory() {
  local parent=/run
  if [[ ! -w $parent ]]; then parent=/dev/shm; fi
  SCRATCH_DIRECTORY=$(mktemp -d "$parent/keybuzz.XXXXXXXX")
  SCRATCH+=("$SCRATCH_DIRECTORY")
}

# holds <path> <text>: the file is that text and the end of its line, byte for byte.
holds() {
  local text
  # Nothing of ours has a NUL in it, before which `read` would stop with success.
  if IFS= read -r -d '' text <"$1"; then return 1; fi
  [[ $text == "$2"$'\n' ]]
}

# ensure_file [--validate <function>] <path> <mode> <owner:group> <function that prints the content> [<argument>...]
# The file ends in exactly one newline. The validator is given the candidate's path and refuses by itself.
ensure_file() {
  local validate=''
  if [[ $1 == --validate ]]; then
    validate=$2
    shift 2
  fi
  local path=$1 mode=$2 owner=$3 content redacted temporary
  shift 3
  content=$("$@")
  if [[ -f $path ]] && holds "$path" "$content"; then
    ensure_mode "$path" "$mode" "$owner"
    return 0
  fi
  if [[ -n $validate ]]; then
    scratch_directory
    printf '%s\n' "$content" >"$SCRATCH_DIRECTORY/${path##*/}"
    "$validate" "$SCRATCH_DIRECTORY/${path##*/}"
  fi
  redacted=$(redact "$content")
  change file "$path" "sha256:$(printf '%s\n' "$redacted" | sha256sum | cut -d ' ' -f 1)"
  show_diff "$path" "$redacted"
  if ! applying; then return 0; fi
  temporary=$(mktemp -- "${path%/*}/.${path##*/}.XXXXXXXX")
  SCRATCH+=("$temporary")
  printf '%s\n' "$content" >"$temporary"
  chown -- "$owner" "$temporary"
  chmod -- "$mode" "$temporary"
  sync -- "$temporary"
  mv -f -- "$temporary" "$path"
}

# ensure_dir <path> <mode> <owner:group>: its parents are made 0755 root.
ensure_dir() {
  if [[ -d $1 ]]; then
    ensure_mode "$1" "$2" "$3"
    return 0
  fi
  if [[ -e $1 ]]; then refuse "$1 is there and is no directory." "Move it away, then repeat."; fi
  change directory "$1" "$2 $3"
  if applying; then
    mkdir -p -- "$1"
    chown -- "$3" "$1"
    chmod -- "$2" "$1"
  fi
}

# remove_file <path>: with its directory, when that is ours alone (a unit's drop-ins) and empty then.
remove_file() {
  if [[ ! -e $1 ]]; then return 0; fi
  change file "$1" removed
  if ! applying; then return 0; fi
  rm -- "$1"
  if [[ $1 == */*.d/* ]]; then rmdir -- "${1%/*}" 2>/dev/null || true; fi
}

# with_line <path> <line> [<regex>]: the file's text with the line in it, in place of the first line that matches.
with_line() {
  if [[ -f $1 ]]; then cat -- "$1"; fi | WITH_LINE=$2 WITH_REGEX=${3:-} awk '
    $0 == ENVIRON["WITH_LINE"] { done = 1 }
    !done && ENVIRON["WITH_REGEX"] != "" && $0 ~ ENVIRON["WITH_REGEX"] { $0 = ENVIRON["WITH_LINE"]; done = 1 }
    { print }
    END { if (!done) print ENVIRON["WITH_LINE"] }'
}

# ensure_line <path> <line> [<extended regex of the line it replaces>]: never for lines with secrets.
ensure_line() {
  local mode=0644 owner=root:root
  if [[ -f $1 ]] && grep -qxF -- "$2" "$1"; then return 0; fi
  if [[ -f $1 ]]; then
    mode=$(stat -c %a -- "$1")
    owner=$(stat -c %U:%G -- "$1")
  fi
  ensure_file "$1" "$mode" "$owner" with_line "$@"
}

# seconds_since <first column of an earlier /proc/uptime>: in hundredths.
seconds_since() { awk -v start="$1" '{ printf "%.2f", $1 - start }' /proc/uptime; }
