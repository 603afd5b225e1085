//! The tables: a constant for each of Copilot's structures, in the order in which they are built up.

use super::Known::{self, Anything, Items, Keys, Names};
use crate::import::copilot::workload::Kind;

/// Keys of a mapping, with what may stand under each.
type Pairs = &'static [(&'static str, Known)];

/// A text, or `from_cfn`.
const VARIABLE: Known = Keys(&[&[("from_cfn", Anything)]]);
/// A text, `from_cfn` or `secretsmanager`.
const SECRET: Known = Keys(&[&[("from_cfn", Anything), ("secretsmanager", Anything)]]);

const BUILD: Known = Keys(&[&[
    ("dockerfile", Anything),
    ("context", Anything),
    ("args", Anything),
    ("target", Anything),
    ("cache_from", Anything),
]]);
const LOCATION_OR_BUILD: Pairs = &[("build", BUILD), ("location", Anything)];
const CONTAINER_HEALTH: Known = Keys(&[&[
    ("command", Anything),
    ("interval", Anything),
    ("retries", Anything),
    ("timeout", Anything),
    ("start_period", Anything),
]]);
const IMAGE: Pairs = &[("credentials", Anything), ("labels", Anything), ("depends_on", Anything)];
const PORT: Pairs = &[("port", Anything)];
const HEALTHCHECK: Pairs = &[("healthcheck", CONTAINER_HEALTH)];
const COMMAND: Pairs = &[("entrypoint", Anything), ("command", Anything)];

const COOLDOWN: Known = Keys(&[&[("in", Anything), ("out", Anything)]]);
const SCALING: Known = Keys(&[&[("value", Anything), ("cooldown", COOLDOWN)]]);
const COUNT: Known = Keys(&[&[
    ("spot", Anything),
    ("range", Keys(&[&[("min", Anything), ("max", Anything), ("spot_from", Anything)]])),
    ("cooldown", COOLDOWN),
    ("cpu_percentage", SCALING),
    ("memory_percentage", SCALING),
    ("requests", SCALING),
    ("response_time", SCALING),
    (
        "queue_delay",
        Keys(&[&[
            ("acceptable_latency", Anything),
            ("msg_processing_time", Anything),
            ("cooldown", COOLDOWN),
        ]]),
    ),
]]);
const PLATFORM: Known = Keys(&[&[("osfamily", Anything), ("architecture", Anything)]]);
const EFS: Known = Keys(&[&[
    ("id", VARIABLE),
    ("root_dir", Anything),
    ("auth", Keys(&[&[("iam", Anything), ("access_point_id", Anything)]])),
    ("uid", Anything),
    ("gid", Anything),
]]);
const MOUNT: Pairs = &[("path", Anything), ("read_only", Anything)];
const STORAGE: Known = Keys(&[&[
    ("ephemeral", Anything),
    ("readonly_fs", Anything),
    ("volumes", Names(&Keys(&[&[("efs", EFS)], MOUNT]))),
]]);
/// What every container is told.
const TOLD: Pairs = &[("variables", Names(&VARIABLE)), ("secrets", Names(&SECRET)), ("env_file", Anything)];
const TASK: Pairs = &[
    ("cpu", Anything),
    ("memory", Anything),
    ("platform", PLATFORM),
    ("count", COUNT),
    ("exec", Keys(&[&[("enable", Anything)]])),
    ("storage", STORAGE),
    ("taskdef_overrides", Items(&Keys(&[&[("path", Anything), ("value", Anything)]]))),
];
const LOGGING: Pairs = &[(
    "logging",
    Keys(&[
        &[
            ("retention", Anything),
            ("image", Anything),
            ("destination", Anything),
            ("enableMetadata", Anything),
            ("secretOptions", Names(&SECRET)),
            ("configFilePath", Anything),
        ],
        TOLD,
    ]),
)];
const SIDECARS: Pairs = &[(
    "sidecars",
    Names(&Keys(&[
        PORT,
        &[
            ("image", Keys(&[LOCATION_OR_BUILD])),
            ("essential", Anything),
            ("credentialsParameter", Anything),
            ("mount_points", Items(&Keys(&[&[("source_volume", Anything)], MOUNT]))),
            ("labels", Anything),
            ("depends_on", Anything),
        ],
        TOLD,
        HEALTHCHECK,
        COMMAND,
    ])),
)];
const PLACEMENT: (&str, Known) = ("placement", Keys(&[&[("subnets", Keys(&[&[("from_tags", Anything)]]))]]));
const NETWORK: Pairs = &[(
    "network",
    Keys(&[&[
        (
            "vpc",
            Keys(&[&[
                PLACEMENT,
                ("security_groups", Keys(&[&[("groups", Items(&VARIABLE)), ("deny_default", Anything)]])),
            ]]),
        ),
        ("connect", Keys(&[&[("alias", Anything)]])),
    ]]),
)];
const PUBLISH: Pairs = &[(
    "publish",
    Keys(&[&[(
        "topics",
        Items(&Keys(&[&[
            ("name", Anything),
            ("fifo", Keys(&[&[("content_based_deduplication", Anything)]])),
        ]])),
    )]]),
)];
const OBSERVABILITY: Pairs = &[("observability", Keys(&[&[("tracing", Anything)]]))];
const ALARMS: Pairs = &[("cpu_utilization", Anything), ("memory_utilization", Anything)];
const DEPLOYMENT: Pairs =
    &[("deployment", Keys(&[&[("rolling", Anything), ("rollback_alarms", Keys(&[ALARMS]))]]))];

const HTTP_HEALTH: Known = Keys(&[&[
    ("path", Anything),
    ("port", Anything),
    ("success_codes", Anything),
    ("healthy_threshold", Anything),
    ("unhealthy_threshold", Anything),
    ("timeout", Anything),
    ("interval", Anything),
    ("grace_period", Anything),
]]);
const ALIAS: (&str, Known) = ("alias", Items(&Keys(&[&[("name", Anything), ("hosted_zone", Anything)]])));
const RULE: Pairs = &[
    ("path", Anything),
    ("version", Anything),
    ("healthcheck", HTTP_HEALTH),
    ("stickiness", Anything),
    ALIAS,
    ("deregistration_delay", Anything),
    ("target_container", Anything),
    ("target_port", Anything),
    ("allowed_source_ips", Anything),
    ("hosted_zone", Anything),
    ("redirect_to_https", Anything),
];
const HTTP: Pairs = &[(
    "http",
    Keys(&[
        RULE,
        &[("alb", Anything), ("targetContainer", Anything), ("additional_rules", Items(&Keys(&[RULE])))],
    ]),
)];
const LISTENER: Pairs = &[
    ("port", Anything),
    (
        "healthcheck",
        Keys(&[&[
            ("port", Anything),
            ("healthy_threshold", Anything),
            ("unhealthy_threshold", Anything),
            ("timeout", Anything),
            ("interval", Anything),
            ("grace_period", Anything),
        ]]),
    ),
    ("target_container", Anything),
    ("target_port", Anything),
    ("ssl_policy", Anything),
    ("stickiness", Anything),
    ("deregistration_delay", Anything),
];
const NLB: Pairs =
    &[("nlb", Keys(&[LISTENER, &[ALIAS, ("additional_listeners", Items(&Keys(&[LISTENER])))]]))];

const QUEUE: Known = Keys(&[&[
    ("retention", Anything),
    ("delay", Anything),
    ("timeout", Anything),
    ("dead_letter", Keys(&[&[("tries", Anything)]])),
    (
        "fifo",
        Keys(&[&[
            ("content_based_deduplication", Anything),
            ("deduplication_scope", Anything),
            ("throughput_limit", Anything),
            ("high_throughput", Anything),
        ]]),
    ),
]]);
const SUBSCRIBE: Pairs = &[(
    "subscribe",
    Keys(&[&[
        (
            "topics",
            Items(&Keys(&[&[
                ("name", Anything),
                ("service", Anything),
                ("filter_policy", Anything),
                ("queue", QUEUE),
            ]])),
        ),
        ("queue", QUEUE),
    ]]),
)];

/// The keys of every workload.
const WORKLOAD: Pairs = &[("name", Anything), ("type", Anything), ("environments", Anything)];

const IMAGE_WITH_PORT: Pairs = &[("image", Keys(&[LOCATION_OR_BUILD, IMAGE, PORT, HEALTHCHECK]))];
const IMAGE_WITHOUT_PORT: Pairs = &[("image", Keys(&[LOCATION_OR_BUILD, IMAGE, HEALTHCHECK]))];

const LOAD_BALANCED: &[Pairs] = &[
    WORKLOAD,
    IMAGE_WITH_PORT,
    COMMAND,
    HTTP,
    NLB,
    TASK,
    TOLD,
    LOGGING,
    SIDECARS,
    NETWORK,
    PUBLISH,
    DEPLOYMENT,
    OBSERVABILITY,
];
const BACKEND: &[Pairs] = &[
    WORKLOAD,
    IMAGE_WITH_PORT,
    COMMAND,
    HTTP,
    TASK,
    TOLD,
    LOGGING,
    SIDECARS,
    NETWORK,
    PUBLISH,
    DEPLOYMENT,
    OBSERVABILITY,
];
const WORKER: &[Pairs] = &[
    WORKLOAD,
    IMAGE_WITHOUT_PORT,
    COMMAND,
    TASK,
    TOLD,
    LOGGING,
    SIDECARS,
    SUBSCRIBE,
    NETWORK,
    PUBLISH,
    &[(
        "deployment",
        Keys(&[&[
            ("rolling", Anything),
            ("rollback_alarms", Keys(&[ALARMS, &[("messages_delayed", Anything)]])),
        ]]),
    )],
    OBSERVABILITY,
];
const JOB: &[Pairs] = &[
    WORKLOAD,
    IMAGE_WITHOUT_PORT,
    COMMAND,
    TASK,
    TOLD,
    LOGGING,
    SIDECARS,
    NETWORK,
    PUBLISH,
    &[("on", Keys(&[&[("schedule", Anything)]])), ("timeout", Anything), ("retries", Anything)],
];
const REQUEST_DRIVEN: &[Pairs] = &[
    WORKLOAD,
    &[
        (
            "http",
            Keys(&[&[
                ("healthcheck", HTTP_HEALTH),
                ("alias", Anything),
                ("private", Keys(&[&[("endpoint", Anything)]])),
            ]]),
        ),
        ("image", Keys(&[LOCATION_OR_BUILD, IMAGE, PORT])),
        ("cpu", Anything),
        ("memory", Anything),
        ("platform", PLATFORM),
        ("variables", Names(&VARIABLE)),
        ("secrets", Names(&SECRET)),
        ("command", Anything),
        ("tags", Anything),
        ("network", Keys(&[&[("vpc", Keys(&[&[PLACEMENT]]))]])),
        ("count", Anything),
    ],
    PUBLISH,
    OBSERVABILITY,
];
const STATIC_SITE: &[Pairs] = &[
    WORKLOAD,
    &[
        ("http", Keys(&[&[("alias", Anything), ("certificate", Anything)]])),
        (
            "files",
            Items(&Keys(&[&[
                ("source", Anything),
                ("destination", Anything),
                ("recursive", Anything),
                ("exclude", Anything),
                ("reinclude", Anything),
            ]])),
        ),
    ],
];

/// The keys of a manifest of this type.
pub(super) fn of_workload(kind: Kind) -> &'static [Pairs] {
    match kind {
        Kind::LoadBalancedWebService => LOAD_BALANCED,
        Kind::BackendService => BACKEND,
        Kind::RequestDrivenWebService => REQUEST_DRIVEN,
        Kind::WorkerService => WORKER,
        Kind::StaticSite => STATIC_SITE,
        Kind::ScheduledJob => JOB,
    }
}

/// The keys of what an environment does differently: those of the manifest without its name and the like.
pub(super) fn of_override(kind: Kind) -> &'static [Pairs] {
    &of_workload(kind)[1..]
}

const SUBNETS: Known = Items(&Keys(&[&[("id", Anything), ("cidr", Anything), ("az", Anything)]]));
const GROUP_RULES: Known =
    Items(&Keys(&[&[("cidr", Anything), ("ports", Anything), ("ip_protocol", Anything)]]));
/// Where Copilot before 1.23 wrote what is `ingress` now.
const OLD_GROUPS: (&str, Known) = (
    "security_groups",
    Keys(&[&[(
        "ingress",
        Keys(&[&[
            ("restrict_to", Keys(&[&[("cdn", Anything), ("source_ips", Anything)]])),
            ("from_vpc", Anything),
        ]]),
    )]]),
);

/// The keys of an environment's manifest.
pub(in super::super) const ENVIRONMENT: Known = Keys(&[&[
    ("name", Anything),
    ("type", Anything),
    (
        "network",
        Keys(&[&[(
            "vpc",
            Keys(&[&[
                ("id", Anything),
                ("cidr", Anything),
                ("subnets", Keys(&[&[("public", SUBNETS), ("private", SUBNETS)]])),
                ("security_group", Keys(&[&[("ingress", GROUP_RULES), ("egress", GROUP_RULES)]])),
                ("flow_logs", Keys(&[&[("retention", Anything)]])),
            ]]),
        )]]),
    ),
    ("observability", Keys(&[&[("container_insights", Anything)]])),
    (
        "http",
        Keys(&[&[
            (
                "public",
                Keys(&[&[
                    OLD_GROUPS,
                    ("certificates", Anything),
                    ("access_logs", Keys(&[&[("bucket_name", Anything), ("prefix", Anything)]])),
                    ("ingress", Keys(&[&[("cdn", Anything), ("source_ips", Anything)]])),
                    ("ssl_policy", Anything),
                ]]),
            ),
            (
                "private",
                Keys(&[&[
                    OLD_GROUPS,
                    ("subnets", Anything),
                    ("certificates", Anything),
                    ("ingress", Keys(&[&[("vpc", Anything)]])),
                    ("ssl_policy", Anything),
                ]]),
            ),
        ]]),
    ),
    (
        "cdn",
        Keys(&[&[
            ("certificate", Anything),
            ("terminate_tls", Anything),
            ("static_assets", Keys(&[&[("location", Anything), ("alias", Anything), ("path", Anything)]])),
        ]]),
    ),
]]);
