#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh k3s-apps.sh
#
# Purpose: prove that every application answers 200 under its name, through the ingress of every worker, several times in a row.
# Arguments: app=<name>,<host name>,<path>... way=<worker>,<address>...
# Secrets: none
# Changes: nothing.
# Exit codes: 0 proven, 64 wrong use, 69 refused, 1 not proven.
# Safe to repeat: yes.

REQUESTS=5

main() {
  need_args 2 "$@"
  local word app host path way address apps=() ways=() at code count=0 start
  for word; do
    case $word in
      app=*) apps+=("${word#app=}") ;;
      way=*) ways+=("${word#way=}") ;;
      *) exit 64 ;;
    esac
  done
  if ! command -v curl >/dev/null; then refuse "The program curl is missing." "deploy base installs it."; fi
  read -r start _ </proc/uptime
  for way in "${ways[@]}"; do
    IFS=, read -r way address <<<"$way"
    for app in "${apps[@]}"; do
      IFS=, read -r app host path <<<"$app"
      for ((at = 0; at < REQUESTS; at++)); do
        code=$(https_code "$address" "$host" "$path")
        if [[ $code != 200 ]]; then fail "https://$host$path through $way answers $code, not 200." "See endpoints and ingress in status apps."; fi
        count=$((count + 1))
      done
    done
  done
  check probe pass "$(seconds_since "$start")s" "$count requests for ${#apps[@]} applications through ${#ways[@]} workers answered 200"
}

main "$@" </dev/null
