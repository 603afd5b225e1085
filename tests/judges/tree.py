"""A tree of generated files: what is in it, by kind, and how its YAML is read."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml

PLACEHOLDER = re.compile(r"BRANCHLINE_[A-Z0-9_]+")
"""What stands in a pipeline.json for something that is not known before the stacks stand."""


class StrictLoader(yaml.SafeLoader):
    """PyYAML's YAML 1.1 reader, which reads as CloudFormation does, but refuses a key that is written twice."""


def _mapping(loader, node):
    seen = set()
    for key, _ in node.value:
        name = loader.construct_object(key, deep=True)
        if name in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {name!r} is written twice", key.start_mark)
        seen.add(name)
    return loader.construct_mapping(node, deep=True)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(text):
    """The document in `text`; a `yaml.YAMLError` where it has none, a tag, or a key twice."""
    return yaml.load(text, Loader=StrictLoader)


@dataclass
class Tree:
    """The files below `root`. `only` names the judges that look at it; all of them where it is empty."""

    name: str
    root: Path
    readings: dict = field(default_factory=dict)
    only: tuple = ()

    @cached_property
    def files(self):
        """Every file's path below the root, with `/`, sorted."""
        return sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file())

    @cached_property
    def templates(self):
        """The CloudFormation templates' paths."""
        return [p for p in self.files if p.endswith(".yml") and p not in self.buildspecs]

    @cached_property
    def buildspecs(self):
        """The paths of the buildspecs that stand beside the stacks that carry them inline."""
        return [p for p in self.files if Path(p).name.startswith("buildspec-") and p.endswith(".yml")]

    @cached_property
    def declarations(self):
        """The paths of the pipelines as `create-pipeline` takes them."""
        return [p for p in self.files if Path(p).name == "pipeline.json"]

    @cached_property
    def roles(self):
        """The paths of the files that tell of roles which exist: `{"role", "trust", "policy"}`."""
        return [p for p in self.files if p.startswith("roles/") and p.endswith(".json")]

    @cached_property
    def overviews(self):
        """The paths of the pages for people."""
        return [p for p in self.files if p.endswith(".md")]

    def text(self, path):
        """A file's text."""
        return (self.root / path).read_text(encoding="utf-8")

    def template(self, path):
        """A template's content, or an empty mapping where it has none: the judge of YAML says why."""
        if path not in self._parsed:
            try:
                document = read_yaml(self.text(path))
            except yaml.YAMLError:
                document = None
            self._parsed[path] = document if isinstance(document, dict) else {}
        return self._parsed[path]

    @cached_property
    def _parsed(self):
        return {}

    def resources(self, path, *types):
        """The resources of these types in a template: logical id and resource."""
        found = self.template(path).get("Resources") or {}
        return [(name, r) for name, r in found.items() if isinstance(r, dict) and r.get("Type") in types]

    def _buildspec(self, text):
        """What a project runs: its text, or that of the generated file whose path it names; none where there is no such."""
        if not isinstance(text, str) or "\n" in text or not text.endswith(".yml"):
            return text
        return next((self.text(p) for p in self.buildspecs if text.endswith(f"/{p}")), "")

    def inline_buildspecs(self, path):
        """The buildspecs that a template carries, or names by their path: logical id and text."""
        for name, project in self.resources(path, "AWS::CodeBuild::Project"):
            text = project.get("Properties", {}).get("Source", {}).get("BuildSpec")
            if text is not None:
                yield name, self._buildspec(text)
