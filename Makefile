# What can be done with this package. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# `make bench features` and `make bench FAMILY=features` are the same: the words behind `bench` are families.
ifeq (bench,$(firstword $(MAKECMDGOALS)))
  FAMILY ?= $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
  ifneq (,$(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS)))
    .PHONY: $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS))
    $(wordlist 2,$(words $(MAKECMDGOALS)),$(MAKECMDGOALS)): ; @:
  endif
endif

.PHONY: help
help: ## Lists what can be done.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

# A word behind `bench` is the name of a family, even where a target is called the same.
ifneq (bench,$(firstword $(MAKECMDGOALS)))

.PHONY: run
run: ## Installs what is missing, builds, imports the sample data, analyses it and prints what was found.
	@Scripts/run.sh

.PHONY: build
build: ## Installs what is missing and builds the command for release.
	@Scripts/setup/swift.sh
	@Scripts/setup/packages.sh build
	@Scripts/build.sh release

.PHONY: check
check: ## The quick part for daily work: the tests in Swift, and no warnings in our sources.
	@Scripts/setup/swift.sh
	@Scripts/setup/packages.sh build
	@Scripts/build.sh tests
	@Scripts/test.sh quick

.PHONY: test
test: ## Installs what the tests need and runs every test.
	@Scripts/setup/swift.sh
	@Scripts/setup/packages.sh build tests
	@Scripts/setup/python.sh tests
	@Scripts/setup/sample.sh
	@Scripts/build.sh release
	@Scripts/build.sh trials
	@Scripts/build.sh tests
	@Scripts/test.sh all

.PHONY: soak
soak: ## Kills the server under load, SOAK_KILLS times (1000 unless given), and looks for lost or doubled events.
	@Scripts/setup/swift.sh
	@Scripts/setup/packages.sh build tests
	@Scripts/setup/python.sh tests
	@Scripts/build.sh release
	@SOAK_KILLS=$${SOAK_KILLS:-1000} .setup/venv/bin/python -m pytest -p no:cacheprovider Tests/EndToEnd/test_serve_kill.py

.PHONY: clean
clean: ## Removes what was built and what the set-up put into .setup (not the Debian packages).
	rm -rf .build .setup

endif

.PHONY: bench
bench: ## Measures beside other tools; `make bench NAME` one family only, OPTIONS="--quick" with fewer events.
	@Scripts/setup/swift.sh
	@Scripts/setup/packages.sh build bench
	@Scripts/setup/python.sh bench
	@Scripts/build.sh release
	@Scripts/build.sh trials
	@.setup/venv-bench/bin/python Benchmarks/bench.py $(FAMILY) $(OPTIONS)
