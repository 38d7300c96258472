# The two commands: `make run` opens the hall, `make test` passes every test.
# Builds go to a folder outside the clone, so that a fresh clone does not start from nothing.

export CARGO_TARGET_DIR ?= $(HOME)/.cache/command-hall
CARGO ?= cargo
HALL := $(CARGO_TARGET_DIR)/release/hall
PICTURES := docs/pictures

.DEFAULT_GOAL := help
.PHONY: help setup setup-test own build run test lint bench shots

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what the system lacks to run the hall
	@scripts/setup run

setup-test: ## install what the system lacks to test the hall
	@scripts/setup test

own:
	@scripts/own "$(CARGO_TARGET_DIR)"

build: setup own ## release build
	$(CARGO) build --release --locked

run: build ## open the hall on its embedded hub with the demo city alive
	@scripts/run $(HALL) $(ARGS)

test: setup-test own ## every test, built once
	$(CARGO) test --locked
	$(CARGO) check --locked --no-default-features --all-targets

lint: own ## format and clippy, warnings are errors
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	$(CARGO) clippy --locked --no-default-features --all-targets -- -D warnings

bench: build ## speed and memory on this machine, one JSON object a line
	@scripts/bench $(HALL)

shots: build ## the README's pictures
	@scripts/shots $(HALL) $(PICTURES)
