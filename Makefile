# make demo: one command from a fresh clone to generated pipelines. make test: everything that CI runs.
.DELETE_ON_ERROR:
.PHONY: demo test validators bench instructions profile docs lint examples schema

PYTHON ?= python3
CARGO ?= cargo

demo:
	$(CARGO) run --release --no-default-features -- generate -C examples/rails-ecs --output target/demo

# One thread more than there are processors: tests that start programs wait for them much of the time.
test: validators
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$$(($$(getconf _NPROCESSORS_ONLN) + 1))} $(CARGO) test

# The validators, pinned; made again only when the pins change. The stamp stands beside the environment and is
# written last, so that an installation that was broken off is not taken for a whole one.
validators: target/venv.made target/venv-checkov.made

target/venv.made: tests/requirements.txt
target/venv-checkov.made: tests/requirements-checkov.txt

target/%.made:
	@mkdir -p target
	@if cmp -s $< $@ && [ -x target/$*/bin/python ]; then touch $@; else \
		echo "installing $< into target/$*"; \
		rm -rf target/$* $@ && \
		$(PYTHON) -m venv target/$* && \
		target/$*/bin/python -m pip install --quiet --disable-pip-version-check --requirement $< && \
		cp $< $@; \
	fi

# Whole processes of a release build, beside `cp -r` and, when PEERS names their folder, the peers. Writes the table of
# docs/performance.md.
bench:
	$(CARGO) build --release --no-default-features
	$(PYTHON) benches/generate.py

# The instructions of the main job against their budget, with valgrind. BLESS=1 writes the budget anew.
instructions:
	$(CARGO) build --profile guard --no-default-features
	$(PYTHON) benches/instructions.py

# Where the instructions go. Writes the second table of docs/performance.md.
profile:
	$(CARGO) build --profile guard --no-default-features
	$(PYTHON) benches/profile.py

docs:
	$(CARGO) doc --no-deps --open

lint:
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- --deny warnings
	@if command -v cargo-deny >/dev/null; then cargo deny check; else echo "cargo-deny is not installed: not run"; fi

# What the examples generate, written anew. Read the difference before you keep it.
examples:
	for example in examples/*/; do \
		branches=$${example}branches.txt; \
		$(CARGO) run --quiet -- generate -C $$example --force --prune $$([ -f $$branches ] && echo --branches $$branches) || exit 1; \
	done

# The JSON Schema that editors read.
schema:
	$(CARGO) run --quiet -- schema > schema/branchline.schema.json
