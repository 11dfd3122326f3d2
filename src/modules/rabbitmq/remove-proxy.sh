#!/usr/bin/env bash
# needs: lib.sh system.sh perl.sh json-perl.sh http.sh rabbitmq.sh haproxy.sh
#
# Purpose: lead nobody to RabbitMQ any more: this module's part of HAProxy goes, the others' stay.
# Arguments: <own address>
# Secrets: none
# Changes: the fragment 50-rabbitmq.cfg; HAProxy is reloaded.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes.

main() {
  need_args 1 "$@"
  if [[ -e $HAPROXY_FRAGMENTS/$FRAGMENT ]]; then haproxy_without "$FRAGMENT"; fi
  haproxy_remove "$FRAGMENT"
}

main "$@" </dev/null
