# shellcheck shell=bash
# Waits until detached work has printed more or has ended, then hands over what it printed.
# Arguments: offset bytes_max wait_seconds tail_bytes
# Output: one answer line `<state> <size> <offset> <length> <result> <stop>`, then exactly <length> bytes from <offset>.
# When more than bytes_max wait and tail_bytes is not 0, all but the last tail_bytes are passed over. Changes nothing.
# Its stdin stays open and empty for as long as somebody listens.

# No child process: our reader keeps stdin open, so this only ends by its time, or because the reader left.
pause() {
  local _
  read -r -t 0.05 _ && return 0
  (($? > 128)) || exit 0
}

measure() {
  stat --format=%s -- "$DIR/out" 2>/dev/null || echo 0
}

# Sets $state and $size.
wait_for_news() {
  local deadline=$((SECONDS + $2)) round=0
  state=$(look)
  size=$(measure)
  while [ "$state" = running ] && ((size <= $1 && SECONDS < deadline)); do
    pause
    [ ! -e "$DIR/result" ] || break
    ((++round % 4)) || size=$(measure)
    ((round % 100)) || state=$(look)
  done
  # The state is settled before the output is measured: what a finished script printed is then all there.
  [ "$state" != running ] || state=$(look)
  size=$(measure)
}

main() {
  local offset=$1 bytes_max=$2 tail_bytes=$4 state size length result='none none none none' stop=none
  wait_for_news "$offset" "$3"
  [ "$state" != "done" ] || read -r result <"$DIR/result"
  [ ! -e "$DIR/stop" ] || stop=stop
  ((offset <= size)) || offset=$size
  if ((tail_bytes > 0 && size - offset > bytes_max)); then offset=$((size - tail_bytes)); fi
  length=$((size - offset < bytes_max ? size - offset : bytes_max))
  answer "$state" "$size" "$offset" "$length" "$result" "$stop"
  ((length == 0)) || tail --bytes="+$((offset + 1))" -- "$DIR/out" | head --bytes="$length"
}

main "$@"
# Bash would wait for more text on the stdin that is kept open.
exit 0
