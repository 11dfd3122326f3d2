# shellcheck shell=bash
# Purpose: ask a server that speaks Amazon's S3, with signed requests (Signature Version 4) of curl.
# Arguments: none; put before each script that says `# needs: lib.sh perl.sh http.sh s3.sh`, and sets S3_USER.
# Secrets: the password's variable that the script names in S3_SECRET, handed to curl on its stdin.
# Changes: nothing by itself.
# Exit codes: those of lib.sh.
# Safe to repeat: yes.

# Seconds for a whole answer.
S3_SECONDS=5
EMPTY_HASH=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

sha256_of() { sha256sum -- "$1" | cut -d ' ' -f 1; }

# s3_login: curl's configuration with user and password. The password has none of the characters that end a text there.
s3_login() { printf 'user = "%s:%s"\n' "$S3_USER" "${!S3_SECRET}"; }

# s3_ask <host:port> <method> <path> [<file to send>]: sets CODE, the HTTP status (000: no answer), and WORD (answers, stopped,
# silent, wrong-password, refuses, no-client); the answer's body is in $S3_DIRECTORY/answer.
s3_ask() {
  local hash=$EMPTY_HASH status=0
  local -a send=()
  if ! command -v curl >/dev/null; then CODE=000 WORD=no-client && return 0; fi
  if [[ -z ${S3_DIRECTORY:-} ]]; then
    scratch_directory
    S3_DIRECTORY=$SCRATCH_DIRECTORY
  fi
  if (($# > 3)); then
    hash=$(sha256_of "$4")
    send=(--upload-file "$4")
  fi
  : >"$S3_DIRECTORY/answer"
  CODE=$(s3_login | curl -q -s -K - --noproxy '*' --connect-timeout 2 --max-time "$S3_SECONDS" \
    --aws-sigv4 aws:amz:us-east-1:s3 -H "x-amz-content-sha256: $hash" -H 'Expect:' \
    -X "$2" "${send[@]}" -o "$S3_DIRECTORY/answer" -w '%{http_code}' -- "http://$1$3") || status=$?
  # shellcheck disable=SC2034 # for the scripts behind us
  case $status:$CODE in
    0:2?? | 0:404 | 0:409) WORD=answers ;;
    0:403) WORD=wrong-password ;;
    0:*) WORD=refuses ;;
    7:*) WORD=stopped ;;
    *) WORD=silent ;;
  esac
}

# s3_unsigned <host:port>: prints the HTTP status that a request without a signature gets; nothing when nobody answers.
s3_unsigned() {
  local code
  code=$(curl -q -s --noproxy '*' --connect-timeout 2 --max-time "$S3_SECONDS" -o /dev/null -w '%{http_code}' -- "http://$1/") || return 0
  printf '%s' "$code"
}

# s3_said: what the server says went wrong: its code, or the HTTP status.
s3_said() {
  local code
  code=$(sed -nE 's|.*<Code>([A-Za-z]+)</Code>.*|\1|p' "$S3_DIRECTORY/answer" 2>/dev/null | head -n 1)
  printf '%s' "${code:-HTTP $CODE}"
}

# s3_demand <what it is for> <host:port> <method> <path> [<file to send>]: an answer of 2xx, or fails with what was tried.
s3_demand() {
  s3_ask "${@:2}"
  if [[ $CODE != 2* ]]; then fail "It was not possible to $1 through $2: $(s3_said)." "See the checks live, quorum and entry of the module."; fi
}
