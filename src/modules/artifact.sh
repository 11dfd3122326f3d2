# shellcheck shell=bash
# Purpose: fetch a program that no package repository has: the pinned file, whole, or none at all.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh artifact.sh`.
# Secrets: none.
# Changes: the file, printed as `::change artifact`; package curl where it is missing.
# Exit codes: those of lib.sh.
# Safe to repeat: yes; a file that is the pinned one is not fetched again.

# Longest time for one file, all tries together, s.
ARTIFACT_SECONDS=600
# Slower than this for so long (bytes a second, s) is a mirror that hangs.
ARTIFACT_SLOW=(--speed-limit 1024 --speed-time 30)

# is_artifact <path> <sha256>
is_artifact() { [[ -f $1 ]] && printf '%s  %s\n' "$2" "$1" | sha256sum --check --status 2>/dev/null; }

# require_artifact <name> <address> <version> <sha256>: refuses by name what artifacts.yaml has to say and does not.
require_artifact() {
  if [[ -z $3 || ! $4 =~ ^[0-9a-f]{64}$ ]]; then
    refuse "It is not said which $1 is wanted: version ${3:-none}, SHA-256 ${4:-none}." \
      "Enter version, sha256 and path of $1 under pins in artifacts.yaml, beside servers.tsv."
  fi
  if [[ ! $2 =~ ^https?://[^[:space:]]+$ ]]; then
    refuse "It is not said from where $1 $3 (SHA-256 $4) is fetched." \
      "Put that file on a web server of yours, and enter its address as base in artifacts.yaml, beside servers.tsv."
  fi
}

# curl_trouble <exit code of curl> <HTTP status>: in words.
curl_trouble() {
  case $1 in
    6) printf 'its name is not known here' ;;
    7) printf 'nobody listens there' ;;
    22) printf 'the answer was HTTP %s' "$2" ;;
    23) printf 'it could not be written: the disk may be full' ;;
    28) printf 'it did not come in time' ;;
    35 | 60) printf 'its TLS certificate was not accepted' ;;
    *) printf 'curl ended with %s' "$1" ;;
  esac
}

# fetch_artifact <name> <address> <version> <sha256> <destination> [<mode, 0755>]: the address is that of the file itself.
# What is there is kept until the new file is whole and the pinned one, and then replaced in one move.
fetch_artifact() {
  local name=$1 address=$2 version=$3 hash=$4 destination=$5 mode=${6:-0755} temporary found status=0 code
  if is_artifact "$destination" "$hash"; then
    ensure_mode "$destination" "$mode" root:root
    return 0
  fi
  require_artifact "$name" "$address" "$version" "$hash"
  change artifact "$destination" "$version sha256:$hash"
  if ! applying; then return 0; fi
  if ! command -v curl >/dev/null; then ensure_packages curl ca-certificates; fi
  mkdir -p -- "${destination%/*}"
  temporary=$(mktemp -- "${destination%/*}/.${destination##*/}.XXXXXXXX")
  SCRATCH+=("$temporary")
  code=$(curl -fsSL --proto '=https,http' --connect-timeout 10 --retry 3 --retry-max-time "$ARTIFACT_SECONDS" \
    --max-time "$ARTIFACT_SECONDS" "${ARTIFACT_SLOW[@]}" -w '%{http_code}' -o "$temporary" -- "$address") || status=$?
  if ((status != 0)); then
    fail "$name $version could not be fetched from $address: $(curl_trouble "$status" "$code")." \
      "Check base in artifacts.yaml and the mirror, then repeat. What is installed was left alone."
  fi
  if ! is_artifact "$temporary" "$hash"; then
    found=$(sha256sum -- "$temporary")
    fail "What $address gives is not $name $version: its SHA-256 is ${found%% *}, not $hash." \
      "Put the right file on the mirror. Change the pin only after you know who made the file."
  fi
  chown -- root:root "$temporary"
  chmod -- "$mode" "$temporary"
  sync -- "$temporary"
  mv -f -- "$temporary" "$destination"
}
