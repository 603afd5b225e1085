//! Which lines of a buildspec are Copilot's own.
//!
//! `copilot pipeline init` wrote the buildspec once, and people changed it afterwards; each version of Copilot wrote another one. A line
//! is Copilot's if one of them had it, but for what differs from pipeline to pipeline: addresses, versions, paths, names. The table has
//! digests in place of a thousand lines of other people's shell: nothing is to be read there, and a line that differs in a letter is
//! not in it. They are of all versions of `templates/cicd/buildspec.yml` in the history of
//! Copilot's repository, from the first to that of September 2023, the last.

use std::sync::OnceLock;

use regex_lite::Regex;
use sha2::{Digest, Sha256};

/// Whose a command is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// Copilot's, in every line.
    Copilots,
    /// Copilot's, but for these lines.
    Changed(Vec<String>),
    /// A person's.
    Own,
}

/// Whose a command of one or many lines is. Comments and empty lines are nobody's.
pub(super) fn whose(command: &str) -> Whose {
    let lines: Vec<&str> =
        command.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let others: Vec<String> = lines
        .iter()
        .filter(|line| !is_copilots(line) && !is_bare(line))
        .map(|line| (*line).to_owned())
        .collect();
    if others.is_empty() && lines.iter().any(|line| is_copilots(line)) {
        Whose::Copilots
    } else if lines.iter().any(|line| is_copilots(line)) {
        Whose::Changed(others)
    } else {
        Whose::Own
    }
}

/// Words of the shell that stand alone in a line, in anybody's.
fn is_bare(line: &str) -> bool {
    matches!(line, "fi" | "done" | "done;" | "exit 1;" | "continue")
}

/// Whether a line is one of Copilot's.
fn is_copilots(line: &str) -> bool {
    let digest = Sha256::digest(plain(line).as_bytes());
    let begin = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    DIGESTS.binary_search(&begin).is_ok()
}

/// What differs between two pipelines, and what stands for it.
const DIFFERS: [(&str, &str); 6] = [
    (r#"https?://[^\s"]+/copilot-linux-\S+"#, "URL"),
    (r"(\./)?copilot-linux-v?[0-9]\S*", "BINARY"),
    (r"\$CODEBUILD_SRC_DIR/\S*copilot/(pipelines/[^/\s]+/manifest|pipeline)\.yml", "MANIFEST"),
    (r#"(s3://|s3:::|https://)[^/\s"]+/manual"#, "BUCKET/manual"),
    (r"\$(workload|svc|app)-[a-z][a-z0-9-]*\.params", "NAME.params"),
    (r"\$env = [a-z][a-z0-9-]* \]", "$$env = E ]"),
];

/// A line without what differs, and with single spaces.
fn plain(line: &str) -> String {
    static PATTERNS: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let patterns = PATTERNS.get_or_init(|| {
        DIFFERS.iter().filter_map(|(pattern, instead)| Some((Regex::new(pattern).ok()?, *instead))).collect()
    });
    let mut plain = line.split_whitespace().collect::<Vec<_>>().join(" ");
    for (pattern, instead) in patterns {
        plain = pattern.replace_all(&plain, *instead).into_owned();
    }
    plain
}

/// The first four bytes of the SHA-256 of each line, in order.
#[rustfmt::skip]
const DIGESTS: &[u32] = &[
    0x00a3_e60e, 0x01c3_ccb9, 0x021b_91de, 0x02db_af39, 0x0356_5f5a, 0x06ae_ae44, 0x08e3_ad61, 0x092b_0ecd, 0x0a63_98e9,
    0x0f91_a446, 0x1509_fc9e, 0x16fe_f964, 0x1742_beb3, 0x17f8_03a8, 0x1b35_8d46, 0x1b78_d8a4, 0x1eb2_bc00, 0x1f4f_2f45,
    0x2031_3f4e, 0x213c_75d6, 0x22c7_5b82, 0x27b1_a148, 0x2898_3aed, 0x2b62_c2be, 0x2c17_5ee4, 0x2ca9_0790, 0x32d0_1cbf,
    0x33f1_f172, 0x37b3_2e6a, 0x385d_3880, 0x3947_1b69, 0x3a0c_1ed7, 0x3c01_534b, 0x3c71_0859, 0x3d0f_79d2, 0x3dde_55ec,
    0x44f7_cb09, 0x4566_c769, 0x45ae_3d68, 0x4786_f999, 0x487b_840b, 0x4a56_026c, 0x4ac5_20b9, 0x4adb_cbe9, 0x4b7a_b449,
    0x4c18_ce59, 0x4e1a_e11b, 0x4f49_66c4, 0x4f6f_172a, 0x52dc_3390, 0x54c3_0710, 0x55a5_43be, 0x5649_2a13, 0x56f1_9b06,
    0x586b_b41e, 0x58fe_e7a4, 0x59d3_586b, 0x5bab_daa9, 0x5beb_6012, 0x5c2d_6277, 0x5c7b_014e, 0x5d8d_2e2f, 0x603e_4365,
    0x60ec_2001, 0x6101_8e20, 0x6147_84a9, 0x6206_53b9, 0x62f1_d9c2, 0x637c_f644, 0x6406_51b1, 0x6b41_4bac, 0x6b99_d8e2,
    0x6bcf_6cfa, 0x6c97_b880, 0x6d24_3c3c, 0x6e87_e7f7, 0x70ae_8d89, 0x7197_fa7f, 0x73d4_d22b, 0x7861_acf5, 0x78bc_04a1,
    0x7914_a12a, 0x7971_423a, 0x797c_a441, 0x7dcf_0e63, 0x7e98_8005, 0x7fed_1016, 0x8150_0ecd, 0x8239_2033, 0x8351_d0e3,
    0x856b_f79a, 0x8728_b6da, 0x8865_470d, 0x8866_35a7, 0x8adb_d434, 0x8d34_0a30, 0x8d7a_539d, 0x8e4e_8b7b, 0x8fd4_bf86,
    0x90f8_c820, 0x91e9_7417, 0x964f_1f26, 0x96fc_349b, 0x972f_4617, 0x98ad_a21e, 0x9f17_a7d4, 0x9fdf_d12f, 0xa0c1_3ab5,
    0xa0c4_941f, 0xa285_d2c0, 0xa39a_78bb, 0xa44f_9f47, 0xa45b_526f, 0xa4d8_d105, 0xa777_f30b, 0xa779_d7d6, 0xa8c9_8210,
    0xaadd_fcad, 0xab18_ec8e, 0xab80_889e, 0xac02_0f49, 0xad01_eddd, 0xaed1_758b, 0xaf1c_f034, 0xb062_28a4, 0xb1da_ef49,
    0xb227_4b2c, 0xb2b7_236c, 0xb45a_3ca5, 0xb4e5_6765, 0xb7b3_07c1, 0xb88b_e4f6, 0xb97e_dbbb, 0xba6a_4ca0, 0xbae5_61d6,
    0xbccf_49dc, 0xbeba_e327, 0xbf4f_105d, 0xc0b6_f96b, 0xc312_a46f, 0xc3f4_c330, 0xc629_b3c0, 0xc6da_fff2, 0xc6ea_264a,
    0xc74d_91f6, 0xc74e_71fe, 0xc761_b38d, 0xc79e_3545, 0xc93d_e73c, 0xc9fe_8eb3, 0xcafb_7374, 0xce35_d97e, 0xcf60_08f1,
    0xd28a_36b1, 0xd449_e5d7, 0xd4a2_fe40, 0xdb15_0a68, 0xdee5_7b77, 0xdfd2_7198, 0xe107_5265, 0xe33e_096e, 0xe38e_a46e,
    0xe400_05b0, 0xe4a3_e972, 0xe6d9_309c, 0xe8c3_1621, 0xe8d0_7bb9, 0xe9c1_87eb, 0xed1f_6393, 0xede6_e7df, 0xee95_b976,
    0xef65_5d74, 0xf004_4b68, 0xf0f4_0cf7, 0xf193_5ff0, 0xf398_a009, 0xf454_9131, 0xf4f3_7d70, 0xf667_781e, 0xf860_b221,
    0xf8ba_01a5, 0xfab6_61af, 0xfc7f_5931, 0xfd4f_7419, 0xfe59_1acf,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_any_version_is_copilots_whatever_its_addresses_and_names_are() {
        for line in [
            "wget -q https://ecs-cli-v2-release.s3.amazonaws.com/copilot-linux-v1.33.4 -O copilot-linux",
            "wget   https://example.com/x/copilot-linux-v1.9.0",
            "mv ./copilot-linux-v1.20.1 ./copilot-linux",
            "if [ $env = staging ]; then",
            "ls -l",
        ] {
            assert_eq!(whose(line), Whose::Copilots, "{line}");
        }
        assert!(DIGESTS.is_sorted());
    }

    #[test]
    fn one_letter_makes_a_line_a_persons() {
        assert_eq!(whose("ls -la"), Whose::Own);
        assert_eq!(whose("fi"), Whose::Own);
        assert_eq!(whose("make test"), Whose::Own);
        assert_eq!(
            whose("for env in $pl_envs; do\n  ./mine.sh $env\ndone;"),
            Whose::Changed(vec!["./mine.sh $env".to_owned()])
        );
    }
}
