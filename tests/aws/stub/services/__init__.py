"""The services. Importing this fills the table of operations."""

from stub.services import cloudformation, codebuild, codeconnections, codepipeline, facts, s3, sts  # noqa: F401
