"""CodePipeline. `pipelines.py` has the declarations, `line.py` moves executions through their stages by the clock,
`actions.py` says how an action ends, `runs.py` and `gates.py` have what is asked of executions, `state.py` shows them."""

from stub.services.codepipeline import gates, history, pipelines, runs, state  # noqa: F401
