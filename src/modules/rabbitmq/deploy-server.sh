#!/usr/bin/env bash
# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh rabbitmq.sh rabbitmq-cli.sh
#
# Purpose: make this host a member of the RabbitMQ cluster.
# Arguments: <own name> <cluster name> <name=address of each member, own too, the seed first>... The cluster begins on the seed
#            when no other member runs, and never again.
# Secrets: ERLANG_COOKIE MONITOR_PASSWORD
# Changes: see README.md of the module. It starts what does not run and never restarts what does.
# Exit codes: 0 done, 64 wrong use, 69 refused before any change, 1 failed.
# Safe to repeat: yes; on a member that is as it should be nothing changes, and no member is ever reset.

ENVIRONMENT_FILE=/etc/rabbitmq/rabbitmq-env.conf
PLUGINS_FILE=/etc/rabbitmq/enabled_plugins
OURS='^# Written by keybuzz'
# There while this host joins; gone when each queue has its copy here.
JOINING=$RABBITMQ_HOME/joining
# Copies of large queues take longer than any other question.
GROW_SECONDS=600

rabbitmq_configuration() {
  cat <<END
# Written by keybuzz. What all members share (users, virtual host, policies) is in the cluster itself.
listeners.tcp.1 = $SELF:$AMQP_PORT
management.tcp.ip = $SELF
management.tcp.port = $API_PORT
cluster_name = $CLUSTER
# A member that does not see the majority stops serving until it does.
cluster_partition_handling = pause_minority
queue_leader_locator = balanced
disk_free_limit.absolute = 1GB
END
}

rabbitmq_environment() {
  printf '# Written by keybuzz.\nNODENAME=rabbit@%s\nMNESIA_BASE=%s\n' "$OWN" "$RABBITMQ_DATA"
}

enabled_plugins() { printf '%% Written by keybuzz.\n[rabbitmq_management].\n'; }

erlang_cookie() { printf '%s' "$ERLANG_COOKIE"; }

# preflight_names: members find each other by name, and the names must lead to the private network.
preflight_names() {
  local member
  for member in "${MEMBERS[@]}"; do
    if [[ $member == "$OWN="* ]] || getent ahostsv4 "${member%%=*}" | grep -q "^${member#*=} "; then continue; fi
    refuse "The name ${member%%=*} does not lead to ${member#*=} on this host; members find each other by name." \
      "Add it to the platform's DNS, or to /etc/hosts of the host, then repeat."
  done
}

# preflight_cluster: sets PARTNER to the name of a member that runs, when this host is to join it; empty when there is nothing
# to join. FORGOTTEN is yes when it counts a former self of this host, whose data is gone; UNFINISHED when it counts this node,
# whose join was cut or failed before each queue had its copy here. A member that does not answer could know the cluster, so
# then nothing is assumed.
preflight_cluster() {
  local member silent='' nodes
  PARTNER='' FORGOTTEN=no UNFINISHED=no
  RABBITMQ_STATE=$(state_of "$RABBITMQ_FILE" rabbitmq-server "$OURS")
  if [[ $RABBITMQ_STATE == foreign ]]; then
    refuse "$RABBITMQ_FILE was written by somebody else." \
      "status, test, failover and drill work with that cluster as it is; to take it over, move the file away by hand."
  fi
  IS_NEW=no
  if [[ -z $(ls -A "$RABBITMQ_DATA" 2>/dev/null) ]]; then IS_NEW=yes; fi
  for member in "${MEMBERS[@]}"; do
    if [[ $member == "$OWN="* ]]; then continue; fi
    ask_api "${member#*=}" '/nodes?columns=name,running'
    case $WORD in
      answers)
        # shellcheck disable=SC2016 # perl's own variables
        nodes=$(read_json 'print map { $_->{name} =~ /@(.+)/ ? "$1\n" : () } @{ decode(join "", <STDIN>) }' <<<"$BODY")
        if ! grep -qxF -- "$OWN" <<<"$nodes"; then
          PARTNER=${PARTNER:-${member%%=*}}
        elif [[ $IS_NEW == no ]]; then
          PARTNER=''
          if [[ -e $JOINING ]]; then UNFINISHED=yes; fi
          return 0
        else
          PARTNER=${PARTNER:-${member%%=*}} FORGOTTEN=yes
        fi
        ;;
      stopped) ;;
      wrong-password)
        refuse "Our MONITOR_PASSWORD is not the one of the member at ${member#*=}: wrong credentials file, or its cluster was never finished." \
          "Put the right one into rabbitmq.env on the worker's machine (mode 0600), then repeat."
        ;;
      *) silent+=" ${member%%=*}" ;;
    esac
  done
  if [[ -n $silent && $IS_NEW == yes ]]; then
    refuse "These members don't answer, and could know a cluster that this host is to join:$silent." \
      "Bring them back, or take them out of the inventory, then repeat."
  fi
  if [[ -n $PARTNER ]]; then
    if [[ $IS_NEW == no ]]; then preflight_join; fi
  elif [[ $IS_NEW == yes && $OWN != "$SEED" ]]; then
    if applying; then
      refuse "No member runs yet, and this host is not where the cluster begins ($SEED)." "Deploy $SEED first."
    fi
    # By then the seed runs.
    PARTNER=$SEED
  fi
}

# preflight_join: what this node has of its own would be gone, once it joins.
preflight_join() {
  if [[ -e $JOINING ]]; then return 0; fi
  refuse "$RABBITMQ_DATA holds a node's data, but the cluster of $PARTNER does not count this host as a member." \
    "Joining would lose that data: move the directory aside (its unit stopped), then repeat."
}

preflight() {
  local port
  require_host "$SELF"
  require_plain ERLANG_COOKIE MONITOR_PASSWORD
  require_unit "$RABBITMQ_UNIT"
  for port in "$AMQP_PORT" "$API_PORT" "$CLUSTER_PORT"; do require_port "$port" "$RABBITMQ_UNIT"; done
  require_space "$RABBITMQ_HOME" 1536
  require_mount "$RABBITMQ_HOME"
  preflight_names
  preflight_cluster
}

deploy_node() {
  local before=$CHANGES
  ensure_package rabbitmq-server '' "$RABBITMQ_UNIT"
  ensure_dir "$RABBITMQ_HOME" 0755 root:root
  ensure_dir "$RABBITMQ_DATA" 0750 rabbitmq:rabbitmq
  ensure_drop_in "$RABBITMQ_UNIT"
  ensure_file "$RABBITMQ_COOKIE" 0400 rabbitmq:rabbitmq erlang_cookie
  ensure_file "$ENVIRONMENT_FILE" 0644 root:root rabbitmq_environment
  ensure_file "$PLUGINS_FILE" 0644 root:root enabled_plugins
  ensure_file "$RABBITMQ_FILE" 0640 root:rabbitmq rabbitmq_configuration
  if unit_is "$RABBITMQ_UNIT" active && ((CHANGES > before)); then
    fact needs-restart "the files changed; they count from this node's next start on (failover rabbitmq restarts one node)"
  fi
  # A cluster that is joined in the middle of a cut is joined by the next deploy: nothing of its own is lost then.
  if [[ -n $PARTNER ]] && applying; then touch "$JOINING"; fi
  if [[ $FORGOTTEN == yes ]]; then forget_former_self; fi
  ensure_service "$RABBITMQ_UNIT"
}

join_cluster() {
  change member "rabbit@$OWN" "joins the cluster $CLUSTER"
  if ! applying; then return 0; fi
  run_cli rabbitmqctl stop_app
  run_cli rabbitmqctl join_cluster "rabbit@$PARTNER"
  complete_join
}

# finish_join: the cluster counts this node already, so nothing is joined again.
finish_join() {
  change member "rabbit@$OWN" "its join to the cluster $CLUSTER, which was not completed, is finished"
  if applying; then complete_join; fi
}

# complete_join: the node serves, and the queues that are there get a copy here as well. Where both are so, nothing happens.
complete_join() {
  run_cli rabbitmqctl start_app
  CLI_SECONDS=$GROW_SECONDS run_cli rabbitmq-queues grow "rabbit@$OWN" all
  rm -f -- "$JOINING"
}

# The cluster still counts the node that this host was before it lost its data; under its name nobody could join.
forget_former_self() {
  change member "rabbit@$OWN" "its former self, whose data is gone, is forgotten"
  if applying; then run_cli rabbitmqctl -n "rabbit@$PARTNER" forget_cluster_node "rabbit@$OWN"; fi
}

# Each other member that answers counts this host among those that run, and this node serves.
is_counted() {
  local address
  for address in "${ADDRESSES[@]}"; do
    ask_api "$address" '/nodes?columns=name,running'
    if [[ $WORD == answers ]] && ! running_nodes "$address" | grep -qxF -- "$OWN"; then return 1; fi
  done
  listens "$AMQP_PORT"
}

main() {
  need_args 4 "$@"
  use_secrets ERLANG_COOKIE MONITOR_PASSWORD
  CLUSTER=$2
  know_members "$1" "${@:3}"
  preflight
  progress 1/2 "RabbitMQ"
  deploy_node
  if [[ -n $PARTNER ]]; then
    join_cluster
  elif [[ $UNFINISHED == yes ]]; then
    finish_join
  fi
  if applying && ! wait_for 120 is_counted; then
    fail "This node does not serve, or the others don't count it, after 120 s." "See journalctl -u $RABBITMQ_UNIT and /var/log/rabbitmq on the host."
  fi
  progress 2/2 "done"
}

main "$@" </dev/null
