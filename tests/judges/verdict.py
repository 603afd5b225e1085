"""What a judge has looked at, and what it has found."""


class Verdict:
    """One judge's report over all trees."""

    def __init__(self):
        self.seen = []
        self.findings = []

    def saw(self, tree, path):
        """The judge has read this file and would have said what is wrong with it."""
        self.seen.append((tree.name, path))

    def finds(self, tree, path, what):
        """Something is wrong with this file."""
        self.findings.append({"tree": tree.name, "path": path, "what": what})

    def report(self):
        """As JSON has it."""
        return {"seen": sorted(set(self.seen)), "findings": self.findings}
