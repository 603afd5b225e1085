//! branchline's reading of git's rules beside git's own.

use branchline::branch_map::git_name;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_name_is_legal_exactly_when_git_says_so(name in "[a.@{/lockHEAD~ ü-]{0,8}|[a/]{0,2}(\\.lock|HEAD|@\\{|\\.)[a/]{0,2}") {
        // `@` is a legal ref, but means HEAD wherever a branch is named; git itself cannot make such a branch.
        let git = git2::Branch::name_is_valid(&name).unwrap() && name != "@";
        prop_assert_eq!(git_name::check(&name).is_ok(), git, "{:?}", name);
    }
}
