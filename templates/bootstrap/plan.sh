# Whatever branch was pushed to, the file of this one counts.
git fetch --quiet --force origin "+refs/heads/$CONFIG_BRANCH:refs/remotes/origin/$CONFIG_BRANCH" ||
  refuse "the branch $CONFIG_BRANCH could not be fetched"
COMMIT=$(git rev-parse --verify "refs/remotes/origin/$CONFIG_BRANCH^{commit}")
git -c advice.detachedHead=false checkout --quiet --force --detach "$COMMIT"
review=.branchline-review
rm -rf "$review"
mkdir "$review"
git ls-remote --heads origin > "$review/branches"
[ -s "$review/branches" ] || refuse "the repository says that it has no branch; no pipeline is removed for that"
read -r -a accounts <<< "$ROLES"
assumed=()
for account in "${accounts[@]}"; do assumed+=(--role "$account"); done
map=(-C "$CONFIG_FOLDER" --rev "$COMMIT" --branches "$review/branches")
printf 'branchline: branchline.yml of %s, commit %s\n' "$CONFIG_BRANCH" "$COMMIT"
branchline check "${map[@]}"
branchline plan "${map[@]}" "${assumed[@]}" --json > "$review/plan.json"
branchline plan "${map[@]}" "${assumed[@]}" > "$review/plan.txt"
cat "$review/plan.txt"
# A list that is not empty is broken over lines, and no text of the plan can stand outside of quotes.
if grep -q '^ *"drift": \[$' "$review/plan.json"; then
  refuse "somebody changed by hand what the map describes: see the lines with ≠ above." \
    "Nothing was changed. Undo it in AWS, or write it into branchline.yml; then start this pipeline anew."
fi
CHANGES=no
if grep -Eq '^ *"verdict": "(create|update|stuck|busy|foreign)",?$' "$review/plan.json"; then
  CHANGES=yes
fi
# Of what is left over an apply deletes pipelines alone; for the rest nobody is to be asked. A stack's own members stand four letters in.
left=$(sed -n '/^    "name": /h; /^    "verdict": "left"/{g;p;}' "$review/plan.json")
if [[ $left == *-pipeline-* ]]; then CHANGES=yes; fi
SUMMARY=$(sed '/^ /d' "$review/plan.txt" | tr '\n' ' ' | LC_ALL=C tr -cd ' -~' | cut -c1-600)
LINK=${CODEBUILD_BUILD_URL:-}
export CHANGES COMMIT LINK SUMMARY
