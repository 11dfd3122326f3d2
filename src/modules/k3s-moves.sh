# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: choose the master that a move takes, and see how the others are meanwhile.
# Arguments: none; put before each script that says
#            `# needs: lib.sh system.sh preflight.sh perl.sh json-perl.sh http.sh k3s.sh units.sh k3s-moves.sh`.
# Secrets: none.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# choose_master: sets CHOSEN to the one that became Ready longest ago, so that the next move takes another. Never the first: by it
# the cluster is watched meanwhile.
choose_master() {
  local groups='' address member since oldest=''
  CHOSEN=''
  for address in "${ADDRESSES[@]}"; do
    if groups=$(nodes_of "$address"); then break; fi
  done
  if [[ -z $groups ]]; then refuse "No master's API answers, so none can be chosen." "See api in status k3s."; fi
  for member in "${MEMBERS[@]:1}"; do
    since=$(node_field "$groups" "${member%%=*}" since)
    if [[ -n $since && (-z $oldest || $since < $oldest) ]]; then CHOSEN=${member%%=*} oldest=$since; fi
  done
  if [[ -z $CHOSEN ]]; then refuse "The cluster knows none of the other masters." "See nodes in status k3s."; fi
}

# refuse_unless_spare: every master counts in etcd and answers, so one may go.
refuse_unless_spare() {
  local member groups
  groups=$(nodes_of "${ADDRESSES[0]}") || refuse "The API of $SEED does not answer." "See api in status k3s."
  for member in "${MEMBERS[@]}"; do
    if [[ $(node_field "$groups" "${member%%=*}" ready) == True && $(node_field "$groups" "${member%%=*}" voter) == True ]]; then continue; fi
    refuse "${member%%=*} is not Ready, or no voter of etcd: without $OWN the cluster would have no majority." \
      "Bring it back, then repeat; see status k3s."
  done
}

# others_ready: the API of each other master is ready, so etcd has its majority.
others_ready() {
  local address
  for address in "${ADDRESSES[@]}"; do
    if [[ $address != "$SELF" ]] && ! api_ready "$address"; then return 1; fi
  done
}

# seen_as <status of Ready>: as the first master sees this host.
seen_as() { [[ $(node_field "$(nodes_of "${ADDRESSES[0]}")" "$OWN" ready) == "$1" ]]; }

seen_away() { [[ -n $(nodes_of "${ADDRESSES[0]}") ]] && ! seen_as True; }

# master_whole: this host's API is ready, its node Ready, and its member of etcd a voter.
master_whole() {
  local groups
  if ! api_ready "$SELF"; then return 1; fi
  groups=$(nodes_of "$SELF") || return 1
  [[ $(node_field "$groups" "$OWN" ready) == True && $(node_field "$groups" "$OWN" voter) == True ]]
}
