# shellcheck shell=bash
# shellcheck disable=SC2034 # names for the scripts behind us
# Purpose: enter RabbitMQ as the applications do.
# Arguments: none; put before each script that says `# needs: ... perl.sh amqp-perl.sh ... rabbitmq.sh rabbitmq-client.sh`.
# Secrets: APP_PASSWORD, read by the programs on their stdin.
# Changes: nothing by itself.
# Exit codes: none of its own.
# Safe to repeat: yes.

# enter(address, seconds): a link, as dial of amqp-perl.sh. $PASSWORD is what it enters with.
# shellcheck disable=SC2016 # perl's own variables
ENTER='
our $PASSWORD;
sub enter {
  my ($address, $seconds) = @_;
  my %who = (user => "'$APP'", vhost => "'$VHOST'", password => $PASSWORD);
  return dial(address => $address, port => '$AMQP_PORT', seconds => $seconds, %who);
}
'

# run_client <program> [<argument>...]
run_client() {
  # shellcheck disable=SC2016 # perl's own variables
  printf '%s\n' "$APP_PASSWORD" | perl -e "$AMQP_LIBRARY$ENTER"'$PASSWORD = <STDIN> // ""; chomp $PASSWORD;'"$1" -- "${@:2}"
}
