# Every target does its own set-up; the second run of any of them installs nothing.
SCRATCH ?= .build
SWIFT_FLAGS := -c release --scratch-path $(SCRATCH)
PREFIX ?= /usr/local
THALWEG := $(SCRATCH)/release/thalweg

export SCRATCH STRICT

# SwiftPM asks the program pkg-config where the system keeps .pc files, and nothing else; naming the
# folder makes the program unnecessary.
export PKG_CONFIG_PATH := $(if $(PKG_CONFIG_PATH),$(PKG_CONFIG_PATH):)/usr/lib/$(shell \
  uname -m)-linux-gnu/pkgconfig

.PHONY: help setup build demo test test-recorder lint format docs docs-check api bench bench-check \
  evaluate-rc-gnn sanitize fuzz kill-test mutation-test own-operation verify install uninstall clean

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## Installs what the machine lacks.
	@Scripts/setup

build: setup ## Builds the command.
	swift build $(SWIFT_FLAGS)

demo: build ## Trains RC-GNN on made data, or on DATA=file.csv.
	$(THALWEG) train rc-gnn $(if $(DATA),--data "$(DATA)")

test: build ## Runs the tests; STRICT=1 fails on a skipped one, FILTER=regex picks some.
	@Scripts/selftest
	@Scripts/test release $(if $(FILTER),--filter '$(FILTER)')

test-recorder: ## Tries the recorder for PyTorch against the real torch, which it installs.
	@Scripts/test-recorder $(PATTERN)

lint: build ## Checks format, documentation, sizes, wording, tables and the public interface.
	@Scripts/lint

format: ## Formats all Swift in place.
	swift format --in-place --parallel --recursive \
	  Package.swift Sources Tests Configs Recorders Scripts Examples

docs: ## Rewrites the generated tables in README.md and Docs.
	@Scripts/docs

docs-check: ## Fails where a generated table is not what its command prints.
	@Scripts/docs --check

api: build ## Shows what changed in the public interface and keeps it in Docs/api.txt.
	@Scripts/api

bench: build ## Measures training against PyTorch and JAX; WORKLOADS=names picks some.
	@Scripts/bench $(WORKLOADS)

bench-check: build ## Fails where a step allocates or takes more instructions than it did.
	@Scripts/bench-check $(WORKLOADS)

evaluate-rc-gnn: build ## Makes every figure of Docs/systems/rc-gnn.md.
	Scripts/evaluate-rc-gnn
	Scripts/docs

sanitize: setup ## Runs C code and readers, then threads, under the sanitizers.
	@Scripts/test address --filter '^(ThalwegTensorTests|ThalwegFormatsTests)\.'
	@Scripts/test thread --filter '[Tt]hread'

fuzz: setup ## Attacks every reader with a million inputs, or INPUTS of SEED, and keeps what came of it.
	@Scripts/fuzz $(or $(INPUTS),1000000) $(SEED)

kill-test: build ## Kills training runs from outside, resumes and compares them, keeps the table.
	@Scripts/kill-test

mutation-test: build ## Puts wrong derivatives into the table of operations and keeps what caught them.
	@Scripts/mutation-test

own-operation: setup ## Runs the example package that adds an operation and a layer from outside.
	@Scripts/own-operation

verify: ## The long checks: a bare machine, from nothing to tested. Needs root.
	@Scripts/bare-machine

install: build ## Puts the command under PREFIX (DESTDIR is honoured).
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(THALWEG) "$(DESTDIR)$(PREFIX)/bin/thalweg"

uninstall: ## Takes it away again.
	rm -f "$(DESTDIR)$(PREFIX)/bin/thalweg"

clean: ## Removes everything that was built.
	rm -rf "$(SCRATCH)"
