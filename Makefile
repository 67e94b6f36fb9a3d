# What there is to run. Go and make are enough for everything but `lint`, which also needs Node.js and npm, `examples`,
# which needs those, curl and Chromium, and `browser`, which needs Chromium.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

BIN := bin
FUZZTIME ?= 20000x
DOCUMENTS := openapi/openapi.yaml mockserver/internal/control/control.yaml
DOCKERFILES := Dockerfile docs/examples/github-actions/Dockerfile
WORKFLOWS := docs/ci/github.yml docs/examples/github-actions/tests.yml
GITLAB := docs/ci/gitlab.yml docs/examples/gitlab/gitlab-ci.yml
COMPOSE := docs/examples/docker-compose/compose.yaml

# The linters send and look for nothing over the network.
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

.PHONY: help build test lint check tidy fuzz demo prove vacuity measure examples godog static golden clean browser

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

build: ## build bin/assay
	go build -o $(BIN)/assay ./cmd/assay

# vet comes first: what it finds makes the tests hard to believe.
test: $(BIN)/gotestsum ## run every test, with the race detector if there is a C compiler
	go vet ./...
	race=$$(.ci/race); \
	$(BIN)/gotestsum --format pkgname-and-test-fails --format-hide-empty-pkg --hide-summary output \
		--jsonfile-timing-events $(BIN)/test-events --post-run-command ".ci/summary $$race" -- $$race -timeout 30m ./...

lint: $(BIN)/golangci-lint $(BIN)/actionlint $(BIN)/compose $(BIN)/jv $(BIN)/gitlab-ci.schema.json ## run the linters of Go, of the OpenAPI documents, and of the files for containers and CI
	@unformatted=$$(gofmt -l $$(git -c safe.directory='*' ls-files --cached --others --exclude-standard '*.go')); \
	if [[ -n $$unformatted ]]; then echo "not formatted, run gofmt -w on: $$unformatted" >&2; exit 1; fi
	$(BIN)/golangci-lint run ./...
	npx --no-install redocly lint $(DOCUMENTS)
	npx --no-install spectral lint --fail-severity=hint $(DOCUMENTS)
	for file in $(DOCKERFILES); do npx --no-install dockerfile-utils lint $$file; done
	$(BIN)/actionlint $(WORKFLOWS)
	$(BIN)/jv --quiet $(BIN)/gitlab-ci.schema.json $(GITLAB)
	for file in $(COMPOSE); do $(BIN)/compose -no-interpolation $$file >$(BIN)/compose.out; done

tidy: ## see that go.mod and go.sum list what is used, and nothing else
	go mod tidy -diff

fuzz: ## run every fuzz target for FUZZTIME, a duration or a number of inputs
	.ci/fuzz $(FUZZTIME)

browser: ## test the console in Chromium, which is installed if need be
	.ci/browser

# The tests come last, so that their summary is the last thing to read.
check: lint tidy fuzz demo prove examples godog static browser test ## run all that CI runs

demo: build ## start a mock, and verify it
	.ci/demo $(BIN)/assay

examples: build ## run docs/examples against a mock; needs Node.js, npm, curl and Chromium
	.ci/examples $(BIN)/assay

prove: build ## show that verify raises no false alarm, and catches every mutant
	$(BIN)/assay prove

vacuity: ## show that every assertion of the suite is needed; takes some minutes
	go run ./internal/tools/vacuity

godog: ## run the features by the godog command, on a copy
	.ci/godog

measure: ## count the lines of Go and the lengths of functions
	go run ./internal/tools/measure

static: ## build the binary as the Dockerfile does
	.ci/static

golden: ## write the golden files anew; look at the difference before you commit it
	.ci/golden

clean: ## remove what was built
	rm -rf $(BIN) node_modules docs/examples/*/node_modules

# The tools have modules of their own, so that their many dependencies are pinned and stay out of the library's.
define TOOL # name, module file, package
$(BIN)/$(1): .ci/tools/$(2).mod .ci/tools/$(2).sum
	go build -C .ci/tools -modfile $(2).mod -o $$(CURDIR)/$$@ $(3)
	@touch $$@
endef
$(eval $(call TOOL,golangci-lint,go,github.com/golangci/golangci-lint/v2/cmd/golangci-lint))
$(eval $(call TOOL,gotestsum,go,gotest.tools/gotestsum))
$(eval $(call TOOL,actionlint,files,github.com/rhysd/actionlint/cmd/actionlint))
$(eval $(call TOOL,compose,files,github.com/compose-spec/compose-go/v2/cmd))
$(eval $(call TOOL,jv,files,github.com/santhosh-tekuri/jsonschema/cmd/jv))

# GitLab publishes it for editors; a package that has it is the way to get it by a lock file.
$(BIN)/gitlab-ci.schema.json: node_modules/.package-lock.json
	@mkdir -p $(BIN)
	node --input-type=module -e 'import { schema } from "./node_modules/gitlab-ci-local/src/schema/schema.js"; console.log(JSON.stringify(schema))' >$@

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --ignore-scripts
	@touch $@
