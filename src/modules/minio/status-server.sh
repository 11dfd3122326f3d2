#!/usr/bin/env bash
# needs: lib.sh preflight.sh perl.sh json-perl.sh http.sh s3.sh minio.sh
#
# Purpose: say what this host's node knows of itself and of the others, and where the names lead here.
# Arguments: <own name> <the entry's name> <names in DNS, joined by commas> <name=address of each node, own too>...
# Secrets: ROOT_PASSWORD
# Changes: nothing.
# Exit codes: 0 done, also when MinIO is down: the fact `minio` says so; 64 wrong use.
# Safe to repeat: yes.

# report_health: each answer of the node's own health, and through it of the whole.
report_health() {
  fact_of minio.live "$(minio_health "$SELF" live)"
  fact_of minio.write "$(minio_health "$SELF" cluster)"
  fact_of minio.read "$(minio_health "$SELF" cluster/read)"
  fact_of minio.maintenance "$(minio_health "$SELF" 'cluster?maintenance=true')"
}

# shellcheck disable=SC2016 # perl's own variables
INFO_REPORT='
fact("minio.deployment", $info->{deploymentID}) if $info->{deploymentID};
fact("minio.parity", $info->{backend}{standardSCParity}) if defined $info->{backend}{standardSCParity};
fact("minio.servers", join " ", map { my $one = $_; join ",", map { "$_=$one->{$_}" } qw(host state version ok all healing) } @servers);
'

# report_entry <the entry's name>: whether it takes our signature, and nobody's without one.
report_entry() {
  s3_ask "$1:$API_PORT" GET /
  fact entry "$WORD"
  if [[ $WORD == answers ]]; then fact_of entry.unsigned "$(s3_unsigned "$1:$API_PORT")"; fi
}

report_names() {
  local name
  for name; do fact "dns.$name" "$(getent ahostsv4 "$name" | awk '{ print $1 }' | sort -u | paste -s -d ,)"; done
}

# report_disk: how full the fullest drive's file system is, and whether one is the system's own.
report_disk() {
  local drive used most=0 own=yes
  for drive in "$MINIO_DATA"/drive*; do
    used=$(disk_used "$drive")
    if ((used > most)); then most=$used; fi
    if [[ $(stat -c %d -- "$(nearest "$drive")") == "$(stat -c %d /)" ]]; then own=no; fi
  done
  fact disk.used "$most"
  fact disk.own "$own"
}

main() {
  need_args 5 "$@"
  use_secrets ROOT_PASSWORD
  local names
  know_members "$1" "${@:4}"
  IFS=, read -ra names <<<"$3"
  report_disk
  report_names "${names[@]}" "$2"
  report_entry "$2"
  if ! listens "$API_PORT"; then
    fact minio stopped
    return 0
  fi
  report_health
  ask_minio_info "$SELF"
  fact minio "$WORD"
  if [[ $WORD == answers ]]; then read_minio_info "$INFO_REPORT"; fi
}

main "$@" </dev/null
