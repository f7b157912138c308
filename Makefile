# `make` lists the targets. Everything a target needs beyond Go it installs itself (see .ci/deps).
GO ?= go
FUZZTIME ?= 5s

.PHONY: help run test check bench fuzz web deps

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## play at http://localhost:8080
	$(GO) run ./cmd/gameserver

test: deps check ## install what is missing, then run every check and every test
	$(GO) test -race -shuffle=on -timeout 15m ./...
	$(MAKE) fuzz

check: ## formatting, vet and static analysis
	@unformatted=$$(gofmt -l $$($(GO) list -f '{{.Dir}}' ./...)); \
	  if [ -n "$$unformatted" ]; then echo "not formatted; run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool -modfile=.ci/tools/go.mod staticcheck ./...

fuzz: ## every fuzz test for a short time (FUZZTIME each)
	.ci/fuzz $(FUZZTIME)

bench: ## all benchmarks of the packages
	$(GO) test -run '^$$' -bench . -benchmem ./...

web: ## rebuild web/client/dist and the generated TypeScript
	$(GO) generate ./...

deps: ## install what the tests need: Chromium and npm packages
	.ci/deps
