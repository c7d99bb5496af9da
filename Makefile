# SPDX-License-Identifier: GPL-3.0-or-later
# `make` lists the targets; each line's comment is its help.
.DEFAULT_GOAL := help
BUILD ?= build
JOBS ?= $(shell nproc)

help:       ## list the targets
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'
build: ## build build/arint and build/conformance
	@cmake -S . -B $(BUILD) -G Ninja >$(BUILD).cmake.log 2>&1 || { cat $(BUILD).cmake.log; exit 1; }; rm -f $(BUILD).cmake.log
	@cmake --build $(BUILD) -j $(JOBS)
test: build ## the fast suite: unit and flow tests, no servers
	@cd $(BUILD) && ctest --output-on-failure -j $(JOBS)
.PHONY: help build test
