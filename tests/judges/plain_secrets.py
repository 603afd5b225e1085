"""No generated file holds a value that looks like a secret, and no plain variable is named like one."""

import re

SHAPES = {
    "an AWS access key id": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "an AWS secret access key": re.compile(r"""(?i)aws_secret_access_key["']?\s*[=:]\s*["']?[0-9a-z/+]{40}\b"""),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{22,})"),
    "a GitLab token": re.compile(r"\bglpat-[0-9A-Za-z_-]{20}"),
    "a Slack token": re.compile(r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    "a JSON web token": re.compile(r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\."),
    "a password in a URL": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@'\"]+:(?!\$)[^\s/@'\"$]+@"),
}
NAMES = re.compile(r"(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|PRIVATE_KEY|API_KEY|ACCESS_KEY)", re.IGNORECASE)


def plain_secrets(trees, verdict):
    """By shape in every file, by name in every project's variables."""
    for tree in trees:
        for path in tree.files:
            verdict.saw(tree, path)
            text = tree.text(path)
            for what, shape in SHAPES.items():
                if shape.search(text):
                    verdict.finds(tree, path, f"it holds what looks like {what}")
        for path in tree.templates:
            for name, project in tree.resources(path, "AWS::CodeBuild::Project"):
                environment = project.get("Properties", {}).get("Environment", {})
                for variable in environment.get("EnvironmentVariables") or []:
                    if variable.get("Type", "PLAINTEXT") == "PLAINTEXT" and NAMES.search(variable["Name"]):
                        verdict.finds(tree, path, f"{name}: {variable['Name']} is named like a secret and is plain")
