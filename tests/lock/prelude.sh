# What stands before the lock's shell in the tests: the programs that the scheduler answers. Each call writes its words to
# the scheduler and sleeps until it is answered.
#
# The bash that reads this is a mould: it has read the shell as the function `step`, and forks one contender for each word
# that it is sent, which names a folder below $CAST. There stand the contender's variables and its two pipes.

call() {
  local IFS=$'\x1f' status out err text
  printf '%s\0' "$*" >&8
  # Nobody answers any more: the build is killed where it stands, with the shell that asks for it.
  read -r -u 7 status out err || kill -KILL "$CONTENDER" "$BASHPID"
  if [ -n "$out" ]; then
    IFS= read -r -d '' text < "$STAND_IN/out" || :
    printf '%s' "$text"
  fi
  if [ -n "$err" ]; then
    IFS= read -r -d '' text < "$STAND_IN/err" || :
    printf '%s' "$text" >&2
  fi
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
# The one program whose answer depends on nothing.
mktemp() { printf '%s\n' "$STAND_IN/work"; }

contender() {
  STAND_IN=$CAST/$1
  exec 7< "$STAND_IN/answers" 8> "$STAND_IN/calls" 0< /dev/null 1>> "$STAND_IN/log" 2>&1
  . "$STAND_IN/variables"
  CONTENDER=$BASHPID
  trap 'printf "ended\x1f%s\0" "$?" >&8' EXIT
  # CodeBuild's agent exports what is assigned.
  set -a
  step
  # What the step after the lock would see.
  set > "$STAND_IN/after"
}

mould() {
  local number
  while read -r number; do
    (contender "$number") &
  done
}
