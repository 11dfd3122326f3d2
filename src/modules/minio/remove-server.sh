#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: take MinIO off this host; its data stays, under another name.
# Arguments: none
# Secrets: none
# Changes: MinIO stopped and disabled, its unit and environment file removed, the data moved aside. Programs and user stay.
# Exit codes: 0 done, also when nothing was there; 64 wrong use, 69 not ours: nothing was changed; 1 failed.
# Safe to repeat: yes.

main() {
  local is_ours=no
  if grep -qE '^# Written by keybuzz' "$MINIO_ENV" 2>/dev/null; then is_ours=yes; fi
  if [[ $is_ours == no && (-e $MINIO_ENV || -n $(listener_of "$API_PORT")) ]]; then
    refuse "The MinIO on this host was not deployed by us." "Take it off by hand."
  fi
  stop_for_good "$MINIO_UNIT"
  move_aside "$MINIO_DATA"
  if [[ $is_ours == no ]]; then return 0; fi
  remove_file "$MINIO_ENV"
  remove_file "$MINIO_UNIT_FILE"
  if applying; then systemctl daemon-reload; fi
}

main "$@" </dev/null
