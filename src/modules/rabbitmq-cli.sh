# shellcheck shell=bash
# Purpose: run RabbitMQ's own programs on a host that has them.
# Arguments: none; put before each script that says `# needs: lib.sh ... rabbitmq-cli.sh`.
# Secrets: none; the programs read the Erlang cookie of the user rabbitmq.
# Changes: what the program changes.
# Exit codes: those of lib.sh.
# Safe to repeat: as the program is.

CLI_SECONDS=120

# run_cli <program> <argument>...: fails with what it said.
run_cli() {
  local output status=0
  output=$(HOME=/root timeout "$CLI_SECONDS" "$@" 2>&1 </dev/null) || status=$?
  if ((status == 0)); then return 0; fi
  printf '%s\n' "$(redact "$output")"
  fail "$* ended with status $status." "See its last lines above, and /var/log/rabbitmq on the host."
}
