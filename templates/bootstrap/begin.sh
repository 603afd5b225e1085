set -euo pipefail
refuse() {
  printf 'branchline: %s\n' "$@" >&2
  exit 1
}
# Of the program's own options nothing comes from the commit.
if [ -n "$PROGRAM_URL" ]; then
  program=$(mktemp -d)
  curl --fail --silent --show-error --location --proto '=https' --retry 3 --max-time 300 \
    --output "$program/branchline" "$PROGRAM_URL" ||
    refuse "the program could not be fetched from $PROGRAM_URL" "Nothing was looked at and nothing was changed."
  printf '%s  %s\n' "$PROGRAM_SHA256" "$program/branchline" | sha256sum --check --status ||
    refuse "what lies at $PROGRAM_URL is not what the stack of this pipeline names by its SHA-256, and it was not run." \
      "Somebody replaced it, or a newer one is to be used: then run \`branchline bootstrap\` with its SHA-256 anew."
  chmod +x "$program/branchline"
  PATH="$program:$PATH"
fi
branchline --version
