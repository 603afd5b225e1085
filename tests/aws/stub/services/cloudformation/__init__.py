"""CloudFormation. A stack's work is done resource after resource by the clock (`engine.py`); what a resource becomes is
in `kinds.py`; what changes between two templates in `differences.py`."""

from stub.services.cloudformation import change_sets, reading, stacks  # noqa: F401
