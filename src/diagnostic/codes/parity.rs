//! `BL7xx`: parity, what one environment has and another lacks.

use super::{Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        "BL701",
        "key that an environment lacks",
        "A variable or a secret is there in one environment and not in another. What works in staging fails in production, at the first line that reads it. Where that is right, an exception under `parity.exceptions` says why.",
    ),
    code(
        "BL702",
        "key that a job lacks",
        "A job runs the image of a service and is not told a key that the service is. It fails at night, when it runs, and not when it is deployed.",
    ),
    code(
        "BL703",
        "secret that is a variable elsewhere",
        "What one environment keeps as a secret, another has in plain text: in the file, in the console and in the task definition, for everybody who may read one of them.",
    ),
    code(
        "BL704",
        "file that cannot be compared",
        "A file that was to be compared cannot be read, so the comparison is not whole. Its lines are not shown, since they may hold values.",
    ),
    code(
        "BL705",
        "exception that nothing needs",
        "An exception under `parity.exceptions` is of a key that is not missing any more. Left there, it would hide it when it is missing again.",
    ),
    code(
        "BL706",
        "service in one environment alone",
        "There is nothing to compare a service with that stands in one environment. Often it is called otherwise in another one.",
    ),
    code(
        "BL707",
        "keys that are not known",
        "A container is told further keys by a file that is not here. What it seems to lack may stand there, so it is not told as missing.",
    ),
    code(
        "BL708",
        "key that Copilot drops",
        "Copilot passes over keys of a manifest that it does not know, without a word. What stands below is told no container.",
    ),
];
