# SPDX-License-Identifier: GPL-3.0-or-later
# `make` lists the targets; the words after ## are their help. Each calls the script that CI calls.
.DEFAULT_GOAL := help
CORPORA ?= ../shared/corpora

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
setup: ## install the Debian packages that are missing, for building and testing
	@tools/setup test
build: ## build build/arint and build/conformance
	@tools/build plain
demo: ## install, build, and show examples/orders with the systems it talks to, until Ctrl-C
	@tools/demo
run: ## build, and serve examples/orders until Ctrl-C
	@tools/build plain arint
	@build/arint run examples/orders
test: ## the fast suite: house checks, unit, flow and golden tests
	@tools/test --fast
servers: ## tests that start real servers (PostgreSQL, nginx)
	@tools/test --servers
asan: ## the fast suite under AddressSanitizer and UBSan
	@tools/test --asan
tsan: ## what has threads, under ThreadSanitizer
	@tools/test --tsan
fuzz: ## every fuzz target for FUZZ_SECONDS (10)
	@tools/test --fuzz
bench: ## every bench with --smoke; for figures run bench/NAME
	@tools/test --bench
crash: ## kills, power cuts, disks, clocks and peers that fail, with their controls, as long as the issue asks (some ten minutes)
	@tools/build plain test_store crash arint arint_crash
	@python3 tests/crash/run.py
attack: ## attacks on who may come in, each with a twin that must succeed
	@tools/build plain arint
	@ARINT_BINARY_DIR=build PYTHONPATH=tests python3 tests/attack/attack.py
full: ## everything that CI runs, and the long rounds of crash
	@tools/test
	@$(MAKE) --no-print-directory crash
conformance: ## run the public suites found in CORPORA (../shared/corpora)
	@tools/build plain conformance
	@tools/conformance $(CORPORA)
docs: ## build, and rewrite docs/reference from the declarations
	@tools/build plain arint
	@build/arint docs docs/reference
golden: ## build, and rewrite tests/golden and docs/reference with what the program says now; review the diff
	@tools/build plain arint test_declare test_log
	@ARINT_GOLDEN=write build/test_declare >/dev/null && ARINT_GOLDEN=write build/test_log --gtest_filter='Metrics*' >/dev/null
	@build/arint docs docs/reference
lint: ## the rules of the house that a machine can check
	@tools/check-house
format: ## clang-format on the C++ files that differ from the last commit
	@{ git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard; } | grep -E '\.[ch]pp$$' | xargs -r clang-format -i
clean: ## remove the build folders
	@rm -rf build build-asan build-tsan build-fuzz
.PHONY: help setup build demo run test servers asan tsan fuzz bench crash attack full conformance docs golden lint format clean
