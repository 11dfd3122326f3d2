# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: what MinIO's nodes are asked, where their files are, and which of them a move takes.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh json-perl.sh http.sh s3.sh minio.sh`.
# Secrets: ROOT_PASSWORD, see s3.sh.
# Changes: nothing by itself; prove_objects writes an object and deletes it.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

API_PORT=9000
CONSOLE_PORT=9001
MINIO_UNIT=minio.service
MINIO_HOME=/opt/keybuzz/minio
MINIO_DATA=$MINIO_HOME/data
MINIO_BIN=$MINIO_HOME/bin/minio
CLIENT_BIN=$MINIO_HOME/bin/mc
MINIO_ENV=/etc/default/minio
MINIO_UNIT_FILE=/etc/systemd/system/$MINIO_UNIT
# Lies with the data: by it a node knows with whom it was begun.
NODES_FILE=$MINIO_DATA/nodes
S3_USER=keybuzz-root
S3_SECRET=ROOT_PASSWORD

# minio_health <address> <path below /minio/health>: prints the status code; nothing when nobody answers.
minio_health() { http_code "$1" "$API_PORT" "/minio/health/$2"; }

# ask_minio_info <address>: as s3_ask: what the node there knows of all, as JSON in $S3_DIRECTORY/answer.
ask_minio_info() {
  s3_ask "$1:$API_PORT" GET /minio/admin/v3/info
  if [[ $WORD == answers && $CODE != 200 ]]; then WORD=refuses; fi
}

# Of every node as this one sees it: `host=<name>,state=<word>,version=<text>,ok=<drives>,all=<drives>,healing=<drives>`.
# shellcheck disable=SC2016 # perl's own variables
INFO_LIBRARY='
my $info = decode(join "", <STDIN>);
my @servers = map {
  my @drives = @{ $_->{drives} // [] };
  my ($host) = ($_->{endpoint} // "none") =~ m{\A(?:https?://)?([^:/]+)};
  { host => $host // "none", state => $_->{state} // "none", version => $_->{version} || "none", all => scalar @drives,
    ok => scalar(grep { ($_->{state} // "") eq "ok" } @drives), healing => scalar(grep { $_->{healing} } @drives) }
} @{ $info->{servers} // [] };
@servers = sort { $a->{host} cmp $b->{host} } @servers;
'

# read_minio_info <program> [<argument>...]: a perl program on the newest answer of ask_minio_info.
read_minio_info() { perl -e "$PERL_LIBRARY$JSON_LIBRARY$INFO_LIBRARY$1" -- "${@:2}" <"$S3_DIRECTORY/answer"; }

# node_sees_all <address>: the node there can be written to, and sees every drive of every node in its place and none healing.
node_sees_all() {
  if [[ $(minio_health "$1" cluster) != 200 ]]; then return 1; fi
  ask_minio_info "$1"
  [[ $WORD == answers ]] || return 1
  # shellcheck disable=SC2016 # perl's own variables
  read_minio_info 'exit !(@servers == $ARGV[0] && !grep { $_->{state} ne "online" || !$_->{all} || $_->{ok} < $_->{all} || $_->{healing} } @servers)' \
    "${#MEMBERS[@]}" 2>/dev/null
}

all_see_all() {
  local address
  for address in "${ADDRESSES[@]}"; do node_sees_all "$address" || return 1; done
}

# other_nodes_serve: every other node can be written to and read from.
other_nodes_serve() {
  local address
  for address in "${ADDRESSES[@]}"; do
    if [[ $address == "$SELF" ]]; then continue; fi
    [[ $(minio_health "$address" cluster) == 200 && $(minio_health "$address" cluster/read) == 200 ]] || return 1
  done
}

# is_minio_turn: a move takes the last node by name, which every host knows without asking.
is_minio_turn() { [[ $OWN == "${MEMBERS[-1]%%=*}" ]]; }

# prove_objects <host:port to put through> <host:port to delete through> <host:port to get through>...: an object of 64 KiB is put, got
# through each and compared, and deleted; bucket and object go in the end. Fails with what was tried.
prove_objects() {
  local put=$1 delete=$2 bucket=keybuzz-probe-$OWN object got
  local sent=$SCRATCH_DIRECTORY/sent
  object=/$bucket/$(cat /proc/sys/kernel/random/uuid)
  head -c 65536 /dev/urandom >"$sent"
  s3_ask "$put" PUT "/$bucket"
  if [[ $CODE != 200 && $CODE != 409 ]]; then
    fail "The bucket $bucket could not be made through $put: $(s3_said)." "See the checks live and quorum of the module."
  fi
  s3_demand "put an object" "$put" PUT "$object" "$sent"
  for got in "${@:3}"; do
    s3_demand "get the object" "$got" GET "$object"
    if ! cmp -s -- "$sent" "$S3_DIRECTORY/answer"; then
      fail "What $got gives is not what was put through $put." "See the checks drives and healing of the module."
    fi
  done
  s3_demand "delete the object" "$delete" DELETE "$object"
  s3_ask "$put" GET "$object"
  if [[ $CODE != 404 ]]; then fail "The object is still there after it was deleted: $(s3_said)." "See journalctl -u $MINIO_UNIT on the nodes."; fi
  s3_demand "delete the bucket" "$delete" DELETE "/$bucket"
}
