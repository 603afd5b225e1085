if [ "$CHANGES" = no ]; then
  printf 'branchline: AWS is as the map asks for; nothing is to be done\n'
  exit 0
fi
[[ $COMMIT =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]] || refuse "no commit was reviewed"
git fetch --quiet --force origin "+refs/heads/$CONFIG_BRANCH:refs/remotes/origin/$CONFIG_BRANCH" ||
  refuse "the branch $CONFIG_BRANCH could not be fetched"
git merge-base --is-ancestor "$COMMIT" "refs/remotes/origin/$CONFIG_BRANCH" ||
  refuse "the reviewed commit $COMMIT is not on $CONFIG_BRANCH any more, and is not applied"
git -c advice.detachedHead=false checkout --quiet --force --detach "$COMMIT"
review=${CODEBUILD_SRC_DIR_Reviewed:?}/.branchline-review
# The branches of now: one that came back since its pipeline's removal was reviewed keeps it, since the plan is then another one.
branches=$(mktemp)
git ls-remote --heads origin > "$branches"
[ -s "$branches" ] || refuse "the repository says that it has no branch; no pipeline is removed for that"
read -r -a accounts <<< "$ROLES"
assumed=()
for account in "${accounts[@]}"; do assumed+=(--role "$account"); done
branchline apply --yes --wait --prune --reviewed "$review/plan.json" --service-role "$SERVICE_ROLE" \
  -C "$CONFIG_FOLDER" --rev "$COMMIT" --branches "$branches" "${assumed[@]}"
