# naru: `make learn` opens the course, `make test` tests everything.
# Both need Go, git and make, and install what else they need.

GO      ?= go
BIN     := bin
CACHE   := $(CURDIR)/.cache
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/naru-lab/naru/cmd/internal/cli.version=$(VERSION)
BUILD   := CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)'
LINT    := v2.15.0
# Tests start engines of their own, which only root may do.
SUDO    := $(shell [ "$$(id -u)" = 0 ] || echo 'sudo -E env PATH=$$PATH')

.PHONY: learn build test test-engines lint fuzz bench cross clean

## learn: install what is missing, then open the first lesson
learn: build
	$(BIN)/naru setup --yes
	$(BIN)/naru prepare environment
	$(BIN)/naru learn

## build: the program, in bin/
build:
	$(BUILD) -o $(BIN)/naru ./cmd/naru

## test: everything, on a real engine that the tests start for themselves
test: build
	$(SUDO) .ci/test

## test-engines: the tests that meet an engine, on Docker Engine 20.10, 26.1, 28.5 and 29
test-engines: build
	$(SUDO) .ci/test-engines

## lint: golangci-lint, as configured in .golangci.yml
lint: $(CACHE)/bin/golangci-lint
	$(CACHE)/bin/golangci-lint run ./...

$(CACHE)/bin/golangci-lint:
	GOBIN=$(CACHE)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT)

## fuzz: every fuzz target for FUZZTIME each
FUZZTIME ?= 1m
fuzz:
	.ci/fuzz $(FUZZTIME)

## bench: ratios measured in one run
bench: build cross
	$(SUDO) .ci/bench

## cross: the program for every platform, in bin/
cross:
	GOOS=linux GOARCH=amd64 $(BUILD) -o $(BIN)/naru-linux-amd64 ./cmd/naru
	GOOS=linux GOARCH=arm64 $(BUILD) -o $(BIN)/naru-linux-arm64 ./cmd/naru
	GOOS=linux GOARCH=arm GOARM=7 $(BUILD) -o $(BIN)/naru-linux-armv7 ./cmd/naru

clean:
	rm -rf $(BIN)
