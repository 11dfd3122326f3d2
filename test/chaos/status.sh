# shellcheck shell=bash
# Purpose: says that this host answers.
# Arguments: none.
# Secrets: none.
# Changes: nothing.
# Exit codes: 0.
# Safe to repeat: yes.

main() {
  echo '::check answers pass 1 it answers'
}

main "$@" </dev/null
