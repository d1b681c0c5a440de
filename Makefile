# Serin. Everything a person or a CI machine runs is a target here; `make` alone lists them.

SHELL         := /bin/bash
.SHELLFLAGS   := -euo pipefail -c
.DEFAULT_GOAL := help

GO           ?= go
TEST_TIMEOUT ?= 10m
FUZZTIME     ?= 60s
BENCHTIME    ?= 30s
BENCHCOUNT   ?= 1

# The linter is pinned and private: another version on PATH would know other rules.
LINT_VERSION := v2.15.0
LINT         := bin/golangci-lint-$(LINT_VERSION)

# So is the one that knows which vulnerabilities our code reaches.
VULN_VERSION := v1.9.0
VULN         := bin/govulncheck-$(VULN_VERSION)

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Watch three releases go through, in this terminal, without AWS
	$(GO) run ./cmd/serin demo

# Two packages at a time: infra's stories mostly wait, and the others go by beside them.
# Each run reports into a file of its own. The name is part of what Go's test cache sees, so a result
# that left something out is never served from the cache in silence.
.PHONY: test
test: ## Run every test; the last lines say what could not be run here, and why
	@dir=$$(mktemp -d); status=0; touch $$dir/not-run; \
	$(GO) vet ./... || status=$$?; \
	SERIN_NOT_RUN_REPORT=$$dir/not-run $(GO) test -p 2 -timeout $(TEST_TIMEOUT) ./... || status=$$?; \
	sort -u $$dir/not-run; rm -rf $$dir; exit $$status

.PHONY: race
race: ## Run every test under the race detector
	$(GO) test -race -timeout 20m ./...

.PHONY: lint
lint: $(LINT) ## Run the pinned linter, and prove that its rules still bite
	$(LINT) run ./...
	.ci/lint-proof $(LINT)

$(LINT):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv bin/golangci-lint $@

.PHONY: security
security: $(LINT) $(VULN) ## Look for weaknesses: gosec over our code, govulncheck over what it is built on
	.ci/security $(LINT) $(VULN)

$(VULN):
	GOBIN=$(CURDIR)/bin $(GO) install golang.org/x/vuln/cmd/govulncheck@$(VULN_VERSION)
	mv bin/govulncheck $@

.PHONY: generate
generate: ## Regenerate what is generated: diagrams, schema
	$(GO) generate ./...

.PHONY: verify
verify: ## Regenerate, lint, test, and fail if the tree is not as committed
	$(MAKE) generate
	$(MAKE) lint
	$(MAKE) test
	@test -z "$$(git status --porcelain)" || { git status --short; git --no-pager diff; echo "verify: the tree differs from what is committed" >&2; exit 1; }

.PHONY: crash
crash: ## Kill a worker before and after each call it makes; make test takes turns
	SERIN_EVERY_CRASH=1 $(GO) test -count=1 -timeout 20m -run '^TestCrash' ./infra/

.PHONY: fuzz
fuzz: ## Fuzz every fuzz test for FUZZTIME (60s) each; writes its section of infra/PROOF.md
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z]*' . | sort | sed 's|/[^/]*:func | |' | while read -r pkg name; do \
		echo "== $$pkg $$name"; \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s $$pkg || true; \
	done 2>&1 | $(GO) run ./internal/proof/record -command 'make fuzz$(if $(filter-out 60s,$(FUZZTIME)), FUZZTIME=$(FUZZTIME))' fuzz

.PHONY: explore
explore: ## Check every law over every order of things, with the core and the loop as they are
	$(GO) test -count=1 -v -timeout 30m -run '^TestExplore$$' ./internal/explore -explore=full -prove

.PHONY: mutants
mutants: ## Seed the protocol's mistakes into the real code; each must break a law
	$(GO) test -count=1 -v -timeout 60m -run '^TestMutants' ./internal/explore -mutants -prove

# Longer, or another run of the same: make torture TORTURE=30m SEED=7. What is drawn is by the seed, what time brings is not.
TORTURE ?= 3m
SEED    ?= 0
.PHONY: torture
torture: ## Torment three workers and 200 releases for TORTURE (3m), then have a judge count what went wrong
	$(GO) test -count=1 -v -timeout 0 -run '^TestTorture$$' ./infra -torture=$(TORTURE) -seed=$(SEED)

# Two parts: what takes turns with the floor needs its time, the others take what they take.
.PHONY: bench
bench: ## Run every benchmark, BENCHCOUNT (1) times, as benchstat reads it; writes its section of infra/PROOF.md
	@{ $(GO) test -count=1 -v -run '^(TestRelease_ofFourSteps|TestIdle_)' ./internal/bench; \
	$(GO) test -run '^$$' -bench '^Benchmark(Change|Ignore)$$' -benchtime $(BENCHTIME) -count $(BENCHCOUNT) -timeout 60m ./internal/bench; \
	$(GO) test -run '^$$' -bench '^Benchmark(Advance|TimeToSafe|Running)$$' -count $(BENCHCOUNT) -timeout 60m ./internal/bench; \
	$(GO) test -run '^$$' -bench . -count $(BENCHCOUNT) ./internal/event ./internal/dynamostore; } \
	| $(GO) run ./internal/proof/record -command 'make bench$(if $(filter-out 30s,$(BENCHTIME)), BENCHTIME=$(BENCHTIME))$(if $(filter-out 1,$(BENCHCOUNT)), BENCHCOUNT=$(BENCHCOUNT))' bench

.PHONY: engines
engines: ## Run the suites of table and queue on every engine; writes its section of infra/PROOF.md
	@SERIN_REQUIRE_ENGINES=1 $(GO) test -count=1 -json -timeout $(TEST_TIMEOUT) ./internal/dynamostore ./internal/sqsqueue \
	| $(GO) run ./internal/proof/record -command 'make engines' engines

# The core's share is a promise, so it is checked.
.PHONY: cover
cover: ## Measure coverage; the core must have at least 95 %
	$(GO) test -timeout $(TEST_TIMEOUT) -coverprofile=coverage.out ./...
	@$(GO) tool cover -func=coverage.out | tail -1
	@$(GO) test -coverprofile=coverage.core.out ./statemachine/ > /dev/null
	@$(GO) tool cover -func=coverage.core.out | awk '/^total:/ { print "statemachine: " $$3; exit !($$3 + 0 >= 95) }'

.PHONY: acceptance
acceptance: ## Run the promote and the rollback story on a real AWS account (AWS_PROFILE)
	@test -n "$${AWS_PROFILE:-}" || { echo "acceptance: set AWS_PROFILE: it makes a function and a pipeline in that account, and removes them" >&2; exit 2; }
	SERIN_ACCEPTANCE=1 $(GO) test -count=1 -v -timeout 60m -run '^TestAcceptance' ./infra/...

.PHONY: clean
clean: ## Remove what was built here
	rm -rf bin dist .cache coverage.out coverage.core.out
