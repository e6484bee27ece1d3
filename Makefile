# What people run. Every target does its own set-up; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO ?= go
TEMPL := $(GO) tool templ
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help run build test test-go test-e2e check generate setup-test bench bench-recon bench-large bench-peer lighthouse load chaos clean

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

run: build ## build and start everything with demo data at http://localhost:8080
	bin/khadamat serve --demo

build: ## build bin/khadamat
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/khadamat ./cmd/khadamat

test: setup-test check test-go test-e2e ## install what tests need where it is missing, and run them all

setup-test:
	scripts/setup-test

test-go:
	scripts/with-postgres $(GO) test ./...

test-e2e: build
	cd e2e && npx playwright test

check: ## format, vet, walls, generated code in step, types of the scripts
	scripts/check

generate: ## generate pages and bundle assets after changing their sources
	$(TEMPL) generate -path internal
	npm ci --no-audit --no-fund
	$(GO) run ./internal/web/assets/build

bench: build ## measure against floors; figures for docs/benchmarks.md
	KHADAMAT_POSTGRES_FSYNC=on scripts/with-postgres $(GO) run ./load/bench
	$(GO) run ./load/recon

bench-recon: build ## 378 alone: a million ledger entries, against a floor of DuckDB
	$(GO) run ./load/recon

bench-large: build ## 378: 10 million by 10 million, exact and tolerance, in 4 GB
	$(GO) run ./load/recon -large

bench-peer: build ## requests a second against PocketBase on this machine
	load/bench-peer

lighthouse: build ## Lighthouse on a throttled phone: home, results, provider, booking
	node scripts/lighthouse.mjs

load: build ## 500 concurrent users on pages and API (k6); 1,000 webhooks a second for a minute
	load/run-k6
	$(GO) run ./load/webhooks

chaos: build ## 100,000 bookings attempted and 100,000 operations on the ledger, killed every 2 s, on both engines
	KHADAMAT_POSTGRES_FSYNC=on scripts/with-postgres $(GO) run ./load/chaos
	KHADAMAT_POSTGRES_FSYNC=on scripts/with-postgres $(GO) run ./load/chaos/books

clean: ## remove what was built
	rm -rf bin
