"""Writes the same branch map for branchline and for the peer: N branches, each with an environment of its own."""

ACCOUNT, REGION = "111122223333", "eu-west-1"
CONNECTION = f"arn:aws:codeconnections:{REGION}:{ACCOUNT}:connection/0a1b2c3d-0000-4000-8000-000000000000"


def branches(count):
    """Name, environment, and whether a person approves; half are release branches, as in the peer's own maps."""
    for i in range(count):
        if i == 0:
            yield "main", "production", True
        elif i == 1:
            yield "develop", "staging", False
        elif i % 2 == 0:
            yield f"release/1.{i // 2}", f"rel-{i // 2:04}", True
        else:
            yield f"feature/t{i // 2:04}", f"dev-{i // 2:04}", False


def ours(count, locks=True):
    """branchline.yml with `count` rules, each with a migration, and each environment with a lock unless it is to do without."""
    rules = list(branches(count))

    def settings(approval):
        said = ["approval: {}"] * approval + ["lock: false"] * (not locks)
        return f"{{ {', '.join(said)} }}" if said else "{}"

    lines = ["version: 1", "app: shop", "branches:"]
    lines += [f"  {name}: [{environment}]" for name, environment, _ in rules]
    lines += ["environments:"]
    lines += [f"  {environment}: {settings(approval)}" for _, environment, approval in rules]
    return "\n".join(lines) + f"""
pipelines: {{ account: "{ACCOUNT}", region: {REGION} }}
source: {{ repository: acme/shop, connection: "{CONNECTION}" }}
services:
  web: {{ deploy: {{ ecs: {{ cluster: "shop-{{environment}}", service: "web-{{environment}}", roles: ["shop-{{environment}}-task"] }} }} }}
migrate: {{ command: ./bin/migrate }}
"""
