"""Other people's tools as judges of everything that branchline generates.

`python -m judges <environment> <manifest.json>` reads trees of generated files, lets the judges of one Python
environment look at them, and writes one JSON report to stdout. `tests/judges.rs` makes the trees and reads the report.
"""
