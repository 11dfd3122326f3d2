# shellcheck shell=bash
# Purpose: talk to Redis and Sentinel, and learn from the whole cluster which node is master.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh redis.sh`.
# Secrets: REDIS_PASSWORD, SENTINEL_PASSWORD, handed to the client on its stdin.
# Changes: nothing.
# Exit codes: those of lib.sh; redis_ask has its own.
# Safe to repeat: yes.

REDIS_PORT=6379
SENTINEL_PORT=26379

# A client in perl-base (Essential on Debian and Ubuntu): it needs no redis-cli on a proxy, has a real deadline, keeps
# secrets out of argv and environment, and tells "nobody listens" from "no answer" by errno, not by words.
# stdin: password, then the words of each command, each ended by NUL; the word `;` ends a command.
# shellcheck disable=SC2016 # perl's own variables
RESP_CLIENT=$PERL_REACH'
my ($address, $port, $seconds) = @ARGV;
$SIG{ALRM} = $SIG{PIPE} = sub { exit 4 };
alarm $seconds;
my ($password, @words) = do { local $/ = "\0"; map { chomp; $_ } <STDIN> };
my $socket = reach($address, $port);
my $failed = 0;
sub reply {
  my $line = <$socket>;
  exit 4 unless defined $line;
  $line =~ s/\r\n\z//;
  my ($type, $rest) = (substr($line, 0, 1), substr($line, 1));
  if ($type eq "-") { $failed = 1; return $line }
  if ($type eq "*") { return map { reply() } 1 .. $rest }
  return $rest unless $type eq "\$";
  return "" if $rest < 0;
  exit 4 unless $rest + 2 == read $socket, my $text, $rest + 2;
  $text = substr $text, 0, $rest;
  $text =~ s/\r//g;
  return $text;
}
sub ask {
  print $socket join "", "*", scalar @_, "\r\n", map { "\$" . length($_) . "\r\n$_\r\n" } @_;
  return reply();
}
if ($password ne "") {
  my $answer = ask("AUTH", $password);
  if ($failed) { print "$answer\n"; exit 5 }
}
my @command;
for my $word (@words, ";") {
  if ($word ne ";") { push @command, $word; next }
  print "$_\n" for ask(@command);
  @command = ();
}
exit($failed ? 2 : 0);
'

# redis_ask <address> <port> <name of the password variable> <word>... [";" <word>...]: prints each element of each
# reply on its own line. Status 2: an error reply (printed, `-CODE ...`); 3: nobody listens there; 4: no answer in time;
# 5: the password was refused.
redis_ask() {
  local address=$1 port=$2 password=${!3:-}
  shift 3
  printf '%s\0' "$password" "$@" | perl -we "$RESP_CLIENT" "$address" "$port" 3
}

# ask_redis and ask_sentinel <address> <word>...
ask_redis() { redis_ask "$1" "$REDIS_PORT" REDIS_PASSWORD "${@:2}"; }
ask_sentinel() { redis_ask "$1" "$SENTINEL_PORT" SENTINEL_PASSWORD "${@:2}"; }

# info_field <text> <name>: sets FOUND to that in the line `name:value` of INFO, empty without such a line.
# shellcheck disable=SC2034 # FOUND is for the script behind us
info_field() {
  FOUND=''
  if [[ $'\n'$1 =~ $'\n'"$2":([^$'\n']*) ]]; then FOUND=${BASH_REMATCH[1]}; fi
}

# pairs_of <text>: sets PAIRS, by name, from a reply that lists names and values by turns.
declare -A PAIRS=()
# shellcheck disable=SC2034 # PAIRS is for the script behind us
pairs_of() {
  local index
  local -a lines
  mapfile -t lines <<<"$1"
  PAIRS=()
  for ((index = 0; index + 1 < ${#lines[@]}; index += 2)); do
    if [[ -n ${lines[index]} ]]; then PAIRS[${lines[index]}]=${lines[index + 1]}; fi
  done
}

# find_master <seed address> <master name> <member>...: sets MASTER, and MASTER_FROM to sentinels, nodes or nobody.
# The Sentinels' majority decides; without any Sentinel, the only node that says it is master; the seed only when nobody
# in the cluster knows a master. A member that does not answer could know one, so then nothing is assumed.
# shellcheck disable=SC2034 # MASTER_FROM is for the script behind us
find_master() {
  local seed=$1 name=$2 member reply status silent='' majority
  local -A votes=()
  shift 2
  majority=$(($# / 2 + 1))
  for member; do
    status=0
    reply=$(ask_sentinel "$member" SENTINEL GET-MASTER-ADDR-BY-NAME "$name") || status=$?
    case $status in
      0) if [[ -n $reply ]]; then votes[${reply%%$'\n'*}]=$((${votes[${reply%%$'\n'*}]:-0} + 1)); fi ;;
      3) ;;
      4) silent+=" $member:$SENTINEL_PORT" ;;
      *) refuse_password "$reply" "the Sentinel at $member" SENTINEL_PASSWORD ;;
    esac
  done
  MASTER_FROM=sentinels
  for MASTER in "${!votes[@]}"; do
    if ((votes[$MASTER] >= majority)); then return 0; fi
  done
  if ((${#votes[@]} > 1)); then
    refuse "The Sentinels don't agree on the master: ${!votes[*]}." "Wait until they agree; see status redis."
  fi
  find_master_node "$silent" "$@"
  if ((${#votes[@]} == 1)); then
    MASTER=${!votes[*]}
    if [[ $MASTER_NODES != *" $MASTER"* && $MASTER_NODES != '' ]]; then
      refuse "A Sentinel names $MASTER master, but master is$MASTER_NODES." "Wait until they agree; see status redis."
    fi
    return 0
  fi
  MASTER_FROM=nodes
  MASTER=${MASTER_NODES# }
  if [[ -z $MASTER ]]; then
    MASTER_FROM=nobody
    MASTER=$seed
  fi
}

# find_master_node <members known to be silent> <member>...: sets MASTER_NODES to those that say they are master.
find_master_node() {
  local silent=$1 member reply status replicas=''
  shift
  MASTER_NODES=''
  for member; do
    status=0
    reply=$(ask_redis "$member" ROLE) || status=$?
    case $status in
      0) if [[ $reply == master* ]]; then MASTER_NODES+=" $member"; else replicas+=" $member"; fi ;;
      3) ;;
      4) silent+=" $member:$REDIS_PORT" ;;
      *) refuse_password "$reply" "the Redis at $member" REDIS_PASSWORD ;;
    esac
  done
  if [[ -n $silent ]]; then
    refuse "No majority of Sentinels names a master, and these don't answer:$silent." \
      "Bring them back, or take them out of the inventory, then repeat."
  fi
  if [[ $MASTER_NODES == *' '*' '* ]]; then
    refuse "Several nodes say they are master:$MASTER_NODES." "Decide which one's data counts; see status redis."
  fi
  if [[ -z $MASTER_NODES && -n $replicas ]]; then
    refuse "There are replicas ($replicas ) but no master." "Start the Redis of their master, then repeat."
  fi
}

# refuse_password <its error reply> <who> <secret's name>
refuse_password() {
  if [[ $1 == -ERR* ]]; then
    refuse "${2^} has no password: it was not deployed by us." \
      "Where its data can go, stop it (systemctl disable --now) and remove its configuration file; else set our $3 there."
  fi
  refuse "Our password is not the one of $2: wrong credentials file." \
    "Put the right $3 into redis.env on the worker's machine (mode 0600), then repeat."
}
