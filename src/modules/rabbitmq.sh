# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: talk to RabbitMQ's management API, and choose the node that a move takes.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh json-perl.sh http.sh rabbitmq.sh`.
# Secrets: MONITOR_PASSWORD, handed to the client on its stdin.
# Changes: nothing.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

AMQP_PORT=5672
API_PORT=15672
CLUSTER_PORT=25672
RABBITMQ_UNIT=rabbitmq-server.service
RABBITMQ_HOME=/opt/keybuzz/rabbitmq
RABBITMQ_DATA=$RABBITMQ_HOME/data
RABBITMQ_FILE=/etc/rabbitmq/rabbitmq.conf
RABBITMQ_COOKIE=/var/lib/rabbitmq/.erlang.cookie
FRAGMENT=50-rabbitmq.cfg
BACKEND=be_rabbitmq
# The applications' virtual host, and the user that may use it.
VHOST=keybuzz
APP=keybuzz
# May look at everything, and change nothing.
MONITOR=keybuzz-monitor

# ask_api <address> <path>: sets WORD (answers, stopped, silent, wrong-password, refuses), CODE and BODY. A health check
# that does not hold answers 503.
ask_api() {
  local reply='' status=0
  reply=$(http_ask "$1" "$API_PORT" GET "/api$2" "$MONITOR" MONITOR_PASSWORD </dev/null) || status=$?
  CODE=${reply%%$'\n'*} BODY=${reply#*$'\n'}
  case $status:$CODE in
    0:200 | 0:503) WORD=answers ;;
    0:401) WORD=wrong-password ;;
    0:*) WORD=refuses ;;
    3:*) WORD=stopped ;;
    *) WORD=silent ;;
  esac
}

# Of the quorum queues, without what our own tests and markers make for a moment.
# shellcheck disable=SC2016 # perl's own variables
QUORUM_QUEUES='
my @queues = grep { ($_->{type} // "") eq "quorum" && $_->{name} !~ /\Akeybuzz-(?:marker|probe)-/ } @{ decode(join "", <STDIN>) };
@queues = sort { $a->{vhost} cmp $b->{vhost} || $a->{name} cmp $b->{name} } @queues;
sub host { my ($node) = @_; return ($node // "none") =~ /@(.+)/ ? $1 : "none" }
'
QUEUES_PATH='/queues?disable_stats=true&columns=vhost,name,type,leader,members,online'

# choose_node: sets CHOSEN to the name of the member that a move takes: the one that leads the first quorum queue by virtual
# host and name, so that every member chooses the same, and the next move another. Without a queue it is the last member.
choose_node() {
  local address leader=''
  CHOSEN=${MEMBERS[-1]%%=*}
  for address in "${ADDRESSES[@]}"; do
    ask_api "$address" "$QUEUES_PATH"
    if [[ $WORD != answers ]]; then continue; fi
    # shellcheck disable=SC2016 # perl's own variables
    leader=$(read_json "$QUORUM_QUEUES"' print @queues ? host($queues[0]{leader}) : ""' <<<"$BODY")
    if is_member "$leader"; then CHOSEN=$leader; fi
    return 0
  done
  refuse "No member's management API answers us ($WORD), so none can be chosen." "See nodes-agree in status rabbitmq."
}

# is_member <name>
is_member() {
  local member
  for member in "${MEMBERS[@]}"; do
    if [[ ${member%%=*} == "$1" ]]; then return 0; fi
  done
  return 1
}

# running_nodes <address>: names of the hosts whose nodes run, as the member there sees it, one a line; nothing when it does not
# answer.
running_nodes() {
  ask_api "$1" '/nodes?columns=name,running'
  if [[ $WORD == answers ]]; then
    # shellcheck disable=SC2016 # perl's own variables
    read_json 'print map { $_->{running} && $_->{name} =~ /@(.+)/ ? "$1\n" : () } @{ decode(join "", <STDIN>) }' <<<"$BODY"
  fi
}

# node_whole: this host's node serves clients, and sees as many nodes run as there are members.
node_whole() {
  ask_api "$SELF" "/health/checks/port-listener/$AMQP_PORT"
  [[ $WORD == answers && $CODE == 200 && $(running_nodes "$SELF" | wc -l) == "${#MEMBERS[@]}" ]]
}

# refuse_when_critical: a queue that only just has its majority would lose it together with this host's node.
refuse_when_critical() {
  ask_api "$SELF" /health/checks/node-is-quorum-critical
  if [[ $WORD != answers ]]; then
    refuse "The management API of this host ($WORD) does not say whether queues need its node." "See nodes-agree in status rabbitmq."
  fi
  if [[ $CODE == 200 ]]; then return 0; fi
  printf '%s\n' "$BODY"
  refuse "Some queues would lose their majority without the node of $OWN: another of their members is away." \
    "Bring it back, then repeat; see status rabbitmq."
}
