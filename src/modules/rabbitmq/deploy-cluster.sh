#!/usr/bin/env bash
# needs: lib.sh perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-cli.sh
#
# Purpose: what the members share: users, the applications' virtual host with quorum queues by default, its policy.
# Arguments: <begin|complete>: `begin` is what members need before the first one joins (users, virtual host, permissions);
#            `complete` adds what is copied to every member, so it needs them all (exchange, queue, policy).
# Secrets: APP_PASSWORD MONITOR_PASSWORD
# Changes: definitions are imported where they differ; the factory's user `guest` goes.
# Exit codes: 0 done, 64 wrong use, 69 refused, 1 failed.
# Safe to repeat: yes; nothing that is as it should be is touched, and what others defined stays.

DEAD=keybuzz.dead-letters

# What is there: as the node itself exports it, or nothing while there is none.
present_definitions() {
  if command -v rabbitmqctl >/dev/null && [[ -n $(listener_of_node) ]]; then
    HOME=/root timeout 60 rabbitmqctl --quiet export_definitions - --format json </dev/null
  else
    printf '{}'
  fi
}

listener_of_node() { ss -Hltn "sport = :$AMQP_PORT"; }

# password_hash <present definitions> <user> <name of the password variable>: the hash that is there when it is this
# password's, else a new one. RabbitMQ's is base64 of 4 bytes of salt and SHA-256 of salt and password.
password_hash() {
  local stored salt
  # shellcheck disable=SC2016 # perl's own variables
  stored=$(read_json 'my ($one) = grep { $_->{name} eq $ARGV[0] } @{ decode(join "", <STDIN>)->{users} // [] }; print $one->{password_hash} // ""' "$2" <<<"$1")
  salt=$(printf '%s' "$stored" | base64 -d 2>/dev/null | od -An -v -tx1 -N4 | tr -d ' \n')
  if [[ ${#salt} == 8 && $(hash_with "$salt" "$3") == "$stored" ]]; then
    printf '%s' "$stored"
  else
    hash_with "$(od -An -v -tx1 -N4 /dev/urandom | tr -d ' \n')" "$3"
  fi
}

# hash_with <salt, hexadecimal> <name of the password variable>
hash_with() {
  local hash
  hash=$({ bytes_of "$1" && printf '%s' "${!2}"; } | sha256sum | cut -d ' ' -f 1)
  bytes_of "$1$hash" | base64 -w 0
}

# bytes_of <hexadecimal>
bytes_of() {
  local at
  for ((at = 0; at < ${#1}; at += 2)); do printf '%b' "\\x${1:at:2}"; done
}

# wanted_definitions <present definitions>. A message that is delivered 20 times and never acknowledged is put aside, so
# that it neither blocks its queue nor is dropped.
wanted_definitions() {
  local sha='"hashing_algorithm": "rabbit_password_hashing_sha256"' all='"configure": ".*", "write": ".*", "read": ".*"'
  # It sees the queues of those virtual hosts alone that it may enter, and may touch nothing there.
  local none='"configure": "^$", "write": "^$", "read": "^$"'
  cat <<END
{"users": [
  {"name": "$APP", "password_hash": "$(password_hash "$1" "$APP" APP_PASSWORD)", $sha, "tags": []},
  {"name": "$MONITOR", "password_hash": "$(password_hash "$1" "$MONITOR" MONITOR_PASSWORD)", $sha, "tags": ["monitoring"]}],
 "vhosts": [{"name": "$VHOST", "default_queue_type": "quorum", "metadata": {"description": "applications", "tags": [], "default_queue_type": "quorum"}}],
 "permissions": [{"user": "$APP", "vhost": "$VHOST", $all}, {"user": "$MONITOR", "vhost": "$VHOST", $none}]
END
  if [[ $PART == begin ]]; then
    printf '}\n'
    return 0
  fi
  cat <<END
, "policies": [{"vhost": "$VHOST", "name": "keybuzz", "pattern": "^(?!keybuzz[.]dead-letters$)", "apply-to": "queues", "priority": 0,
   "definition": {"delivery-limit": 20, "dead-letter-exchange": "$DEAD"}}],
 "exchanges": [{"name": "$DEAD", "vhost": "$VHOST", "type": "fanout", "durable": true, "auto_delete": false, "arguments": {}}],
 "queues": [{"name": "$DEAD", "vhost": "$VHOST", "durable": true, "auto_delete": false, "arguments": {"x-queue-type": "quorum"}}],
 "bindings": [{"source": "$DEAD", "vhost": "$VHOST", "destination": "$DEAD", "destination_type": "queue", "routing_key": "", "arguments": {}}]}
END
}

# On stdin the wanted definitions, a line feed, the present ones: `kind target detail` of each wanted one that is not there as
# wanted, one a line. Others may be there, and may have more.
# shellcheck disable=SC2016 # perl's own variables
DIFFERENCES='
my ($wanted, $present) = map { decode($_) } split /\x1e/, join "", <STDIN>;
my %keys = (users => [qw(name)], vhosts => [qw(name)], permissions => [qw(user vhost)], bindings => [qw(vhost source destination routing_key)]);
my %kinds = (users => "user", vhosts => "vhost", permissions => "permission", policies => "policy", exchanges => "exchange", queues => "queue", bindings => "binding");
sub differs {
  my ($one, $other, $name) = @_;
  if (ref $one eq "HASH") { return scalar grep { differs($one->{$_}, ref $other eq "HASH" ? $other->{$_} : undef, $_) } keys %$one }
  if ($name eq "tags") { $_ = join ",", ref $_ ? @$_ : ($_ // "") for ($one, $other) }
  return !defined $other || $one ne $other;
}
for my $kind (qw(vhosts users permissions exchanges queues bindings policies)) {
  my $id = sub { my ($one) = @_; join ":", map { $one->{$_} // "" } @{ $keys{$kind} // [qw(vhost name)] } };
  my %there = map { $id->($_) => $_ } @{ $present->{$kind} // [] };
  for my $one (@{ $wanted->{$kind} // [] }) {
    my $other = $there{$id->($one)};
    # In which of two places a virtual host says its type depends on the version.
    my $is_same = $kind eq "vhosts" && defined $other ? ($other->{metadata}{default_queue_type} // $other->{default_queue_type} // "") eq "quorum" : !differs($one, $other, $kind);
    print "$kinds{$kind} ", $id->($one), "\n" unless $is_same;
  }
}
print "guest guest\n" if grep { $_->{name} eq "guest" } @{ $present->{users} // [] };
'

# differences <present definitions>: of what is wanted, see there.
differences() { { printf '%s\x1e%s' "$WANTED" "$1"; } | read_json "$DIFFERENCES"; }

# The import goes on after the program that began it.
is_imported() { [[ -z $(differences "$(present_definitions)") ]]; }

main() {
  need_args 1 "$@"
  use_secrets APP_PASSWORD MONITOR_PASSWORD
  local present kind target file
  PART=$1
  present=$(present_definitions) ||
    refuse "The node of this host does not export its definitions." "See journalctl -u $RABBITMQ_UNIT."
  WANTED=$(wanted_definitions "$present")
  while read -r kind target; do
    case $kind in
      guest) change user guest removed ;;
      vhost) change vhost "$target" "quorum queues by default" ;;
      user) change user "$target" "with the password of the credentials file" ;;
      *) change "$kind" "$target" ;;
    esac
  done < <(differences "$present")
  if ((CHANGES == 0)) || ! applying; then return 0; fi
  scratch_directory
  chown rabbitmq "$SCRATCH_DIRECTORY"
  file=$SCRATCH_DIRECTORY/definitions.json
  install -m 0600 -o rabbitmq /dev/null "$file"
  printf '%s\n' "$WANTED" >"$file"
  run_cli rabbitmqctl import_definitions "$file"
  if grep -q '"name":"guest"' <<<"$present"; then run_cli rabbitmqctl delete_user guest; fi
  if ! wait_for 60 is_imported; then
    fail "Not all definitions are there 60 s after their import." "See /var/log/rabbitmq on the host."
  fi
}

main "$@" </dev/null
