# What stands before the lock's shell in the tests: the programs that the scheduler answers. Each call writes its words to
# the scheduler and sleeps until it is answered.
exec 7<&0 8>&1 0</dev/null 1>> "$STAND_IN/log" 2>&1

call() {
  local IFS=$'\x1f' status text
  printf '%s\0' "$*" >&8
  read -r -u 7 status
  IFS= read -r -d '' text < "$STAND_IN/out" || :
  printf '%s' "$text"
  IFS= read -r -d '' text < "$STAND_IN/err" || :
  printf '%s' "$text" >&2
  return "$status"
}
aws() { call aws "${AWS_ACCESS_KEY_ID-none}" "$@"; }
sleep() { call sleep "$@"; }
date() { call date "$@"; }
jq() {
  local input
  IFS= read -r -d '' input || :
  call jq "$input" "$@"
}
