# shellcheck shell=bash
# Purpose: Docker Engine for the apps, with bounded logs; nothing of ours runs in it.
# Arguments: none; put before each script that says `# needs: lib.sh system.sh base-docker.sh`.
# Secrets: none.
# Changes: /etc/docker/daemon.json (merged with what stands there), docker.service.
# Exit codes: those of lib.sh.
# Safe to repeat: yes; while a container runs, Docker is not restarted.

DAEMON=/etc/docker/daemon.json
LOG_OPTIONS='{"log-driver": "json-file", "log-opts": {"max-size": "20m", "max-file": "3"}}'

# daemon_wanted: what stands there, with our options in it. jq comes with the packages of base.
daemon_wanted() {
  if [[ ! -s $DAEMON ]]; then
    printf '{\n  "log-driver": "json-file",\n  "log-opts": {\n    "max-size": "20m",\n    "max-file": "3"\n  }\n}'
  else
    jq --argjson ours "$LOG_OPTIONS" '. * $ours' "$DAEMON"
  fi
}

# daemon_is_right: it says what we want, in whatever form.
daemon_is_right() { [[ -s $DAEMON ]] && jq -e --argjson ours "$LOG_OPTIONS" '. * $ours == .' "$DAEMON" >/dev/null 2>&1; }

require_daemon_file() {
  if [[ -s $DAEMON ]] && command -v jq >/dev/null && ! jq -e 'type == "object"' "$DAEMON" >/dev/null 2>&1; then
    refuse "$DAEMON is no JSON object: Docker would not start with it." "Mend it, or move it away, then repeat."
  fi
}

containers_running() { docker ps -q 2>/dev/null | wc -l; }

# daemon_is_read: what runs was started after the file was last written.
daemon_is_read() {
  local started
  started=$(systemctl show -p ExecMainStartTimestamp --value docker.service)
  [[ ! -e $DAEMON || (-n $started && $(date -d "$started" +%s) -ge $(stat -c %Y "$DAEMON")) ]]
}

# Docker reads its log options only when it starts, and new containers take them then. A restart would stop what runs.
ensure_docker() {
  local action='' running
  if ! daemon_is_right; then
    ensure_dir "${DAEMON%/*}" 0755 root:root
    if [[ -s $DAEMON ]] && ! command -v jq >/dev/null; then
      change file "$DAEMON" 'merged with our log options, predicted'
    else
      ensure_file "$DAEMON" 0644 root:root daemon_wanted
    fi
  fi
  if unit_is docker.service active && ! daemon_is_read; then
    running=$(containers_running)
    if ((running == 0)); then
      action=restart
    else
      fact docker-restart "put off: $running containers run; $DAEMON counts when Docker is next restarted"
    fi
  fi
  ensure_service docker.service "$action"
}

report_docker() {
  local driver
  if [[ ${STATES[docker.service]} != active ]]; then
    fact docker stopped
    return 0
  fi
  if ! driver=$(timeout 10 docker info --format '{{.LoggingDriver}}' 2>/dev/null); then
    fact docker silent
    return 0
  fi
  fact docker answers
  fact docker.driver "$driver"
  if daemon_is_right && daemon_is_read; then fact docker.options read; else fact docker.options old; fi
}
