#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh redis.sh
#
# Purpose: take Redis and Sentinel off this host; the data stays, under another name.
# Arguments: <own address> <master name>
# Secrets: REDIS_PASSWORD SENTINEL_PASSWORD
# Changes: both services stopped and disabled, our configuration removed, the data directory moved aside. Packages and
#          sysctl stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

DATA=/opt/keybuzz/redis/data
UNITS=(redis-sentinel.service redis-server.service)
FILES=(/etc/redis/keybuzz.conf /etc/redis/redis.conf /etc/redis/sentinel.conf
  /etc/systemd/system/redis-server.service.d/keybuzz.conf /etc/systemd/system/redis-sentinel.service.d/keybuzz.conf)

refuse_strangers() {
  local state
  state=$(state_of /etc/redis/redis.conf redis-server '^include /etc/redis/keybuzz.conf$')
  if [[ $state == foreign || ($state != ours && -n $(listener_of "$REDIS_PORT")) ]]; then
    refuse "The Redis on this host was not deployed by us." "Take it off by hand, or deploy redis first to take it over."
  fi
}

main() {
  need_args 2 "$@"
  use_secrets REDIS_PASSWORD SENTINEL_PASSWORD
  local unit file
  refuse_strangers
  for unit in "${UNITS[@]}"; do stop_for_good "$unit"; done
  move_aside "$DATA"
  for file in "${FILES[@]}"; do
    if [[ $file == *.d/keybuzz.conf || $file == /etc/redis/keybuzz.conf ]] || is_ours "$file"; then remove_file "$file"; fi
  done
  if applying; then systemctl daemon-reload; fi
}

# is_ours <path>: not the package's own file, which a stopped service may keep.
is_ours() {
  if [[ $1 == */sentinel.conf ]]; then
    [[ $(state_of "$1" redis-sentinel "^sentinel monitor \"?kb-redis-master\"? ") == ours ]]
  else
    [[ $(state_of "$1" redis-server '^include /etc/redis/keybuzz.conf$') == ours ]]
  fi
}

main "$@" </dev/null
