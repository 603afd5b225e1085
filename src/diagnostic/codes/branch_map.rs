//! `BL1xx`: the branch map.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL101",
        "length of a pattern",
        "A pattern of branches, tags or paths has 1 to 255 characters, as CodePipeline's triggers take it.",
    ),
    code(
        "BL102",
        "syntax of a pattern",
        "Patterns are CodePipeline's: `*`, `**`, `?`, `[]`, `{a,b}` and `\\`. What its user guide does not explain, such as a group in a group, is refused: passed on, it could start pipelines for branches that the map does not show.",
    ),
    code(
        "BL103",
        "pattern that no branch can match",
        "git allows no branch of this name, so the pipeline would never start.",
    ),
    code(
        "BL104",
        "ref or tag for a branch",
        "The pattern begins with `refs/`. A trigger takes the branch's name alone, so the pipeline would never start.",
    ),
    code(
        "BL105",
        "remote's name before a branch",
        "`origin/develop` is what a clone calls the remote's branch `develop`. On the remote, where the pipeline listens, the branch has no such prefix.",
    ),
    code(
        "BL106",
        "overlapping patterns",
        "A branch or tag could match two rules of which neither is narrower, and a push to it would start both pipelines: two releases at once, perhaps to different environments. Where one rule's pattern lies within the other's, the narrower one wins.",
    ),
    code(
        "BL107",
        "migration shared by rules",
        "Two pipelines would migrate the database of one environment, whose lock is switched off, so both could do it at once.",
    ),
    code(
        "BL108",
        "environment shared by rules",
        "Two pipelines deploy the same service to one environment. Its lock lets one release through at a time, but in no order. A commit that is older than what is deployed is refused, unless `downgrade: allow` holds there; one beside it, as of another branch, takes its place.",
    ),
    code(
        "BL109",
        "two pipelines of one name",
        "Two rules would have a pipeline of the same name in AWS. `name` in a rule's long form gives it another.",
    ),
    code(
        "BL110",
        "name too long for AWS",
        "A name that is made of the app's, the pipeline's or the environment's exceeds what AWS takes.",
    ),
    code(
        "BL111",
        "patterns that could not be compared",
        "The patterns are too many or too complex to decide whether a branch could match two of them, so they are refused.",
    ),
    code(
        "BL112",
        "too many patterns in a filter",
        "CodePipeline takes at most 8 patterns in each list of a trigger's filter. A rule's trigger leaves out what narrower rules take, one pattern for each of them.",
    ),
    code(
        "BL113",
        "two rules for the same branches",
        "Two rules match the very same branches or tags, and a push to one would start both pipelines. Only rules whose `services` have nothing in common may.",
    ),
    code(
        "BL114",
        "names that would start nothing",
        "A narrower rule's patterns are left out of the broader rule's trigger. What the narrower rule itself excludes would then start neither of the two, and CodePipeline has no pattern for `this, but not that`.",
    ),
    code(
        "BL115",
        "pattern that is a branch's name too",
        "A start of the pipeline that names no commit, the one at its creation included, takes the branch in its Source action. For a pattern that is the pattern itself, which fails because git allows no such name. A pattern of nothing but groups would be a name that somebody can give to a branch.",
    ),
    code(
        "BL116",
        "path that no file has",
        "Paths are counted from the repository's root, without `/` or `./` before them: no changed file would ever match.",
    ),
    code(
        "BL117",
        "rules that share some services",
        "Two rules match a branch or tag together and have only some of their services in common. Whichever of them took it, services of the other would be built by nobody. They have the same services, or none in common: then for each service it is clear which rule takes what.",
    ),
    code(
        "BL118",
        "filter that lets nothing through",
        "All that the `includes` of a filter match is excluded by its `excludes`, so no change would ever start the pipeline.",
    ),
    code(
        "BL119",
        "branch that CodePipeline would take for a variable",
        "CodePipeline replaces `#{…}` in the settings of an action by a variable's value, also in the name of the branch that its Source action takes.",
    ),
    code(
        "BL120",
        "more branches than pipelines",
        "A rule with `per_branch: true` makes no more pipelines than its `limit` says, 20 if nothing is said: each is a stack, and somebody who pushes many branches should not make as many. None of them is generated until the branches or the limit say otherwise.",
    ),
    code(
        "BL121",
        "branch without a pipeline",
        "A rule with `per_branch: true` matches a branch for which no trigger can be written that means this branch and no other. It is left out, and the others are generated.",
    ),
    code(
        "BL122",
        "pipelines for each of one branch",
        "`per_branch: true` stands in a rule for one branch. It would make the pipeline come and go with the branch, and with each clone that does not have it.",
    ),
    code(
        "BL123",
        "rule without a branch",
        "A rule with `per_branch: true` makes pipelines for branches that exist, and none is known that matches. A clone in CI often has one branch alone: `generate --prune` would remove there what the other branches have.",
    ),
    code(
        "BL124",
        "migration shared by branches",
        "The pipelines of several branches would migrate the database of one environment, and with `lock: false` none waits for another, so two could do it at once.",
    ),
    code(
        "BL125",
        "rollback over another pipeline's release",
        "Several pipelines deploy to an environment without a lock, and `rollback: on_failure` goes back to the last success of the pipeline that failed. What another one has deployed since, a hotfix say, would be replaced by what was there before it. Where there is a lock, what is deployed is written down, and such a rollback stops.",
    ),
    code(
        "BL126",
        "pattern of branches in CodeCommit",
        "A pipeline on CodeCommit reads the one branch that its source action names. The filters by which one pipeline takes many branches belong to connections. With `per_branch: true` each branch that matches has a pipeline of its own.",
    ),
    code(
        "BL127",
        "start that CodeCommit does not tell",
        "A pipeline on CodeCommit starts when its branch moves. Tags, pull requests and paths of changed files are filters of connections: here the pipeline would never start, or start on every change.",
    ),
    code(
        "BL128",
        "connection to CodeCommit",
        "CodePipeline reads a repository in CodeCommit with the pipeline's own role. No connection leads there, and one that is named would be ignored.",
    ),
    code(
        "BL129",
        "repository in another region",
        "CodePipeline's source action for CodeCommit reads a repository of the pipeline's own region and account. A repository of the same name there would be another one.",
    ),
];
