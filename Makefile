# `make` alone prints the targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

export JAVA_HOME := $(shell src/main/launcher/find-jdk javac)
# Quietens what Maven's own libraries print: a JVM warning about Unsafe, escape codes at the end.
export MAVEN_OPTS := -Djansi.noreset=true --sun-misc-unsafe-memory-access=allow $(MAVEN_OPTS)
MAVEN := mvn -B -ntp -Dstyle.color=never
# Not -q: it would hide the warning that stopped the compiler.
MVN := $(MAVEN) -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

# Folders count as well: their time changes when a file is removed.
SOURCES := pom.xml $(shell find src/main deploy/crds scripts/assemble.sh scripts/aot-train.sh scripts/aot-train.yaml 2>/dev/null)
BUILT := target/dist/.built
IMAGE_ARCHIVE := target/image/penstock.tar
# What `make image` and `make image-archive` call the image; the chart's default.
IMAGE := localhost/penstock:$(shell sed -n 's/^appVersion: //p' deploy/helm/penstock/Chart.yaml)

.PHONY: help build image image-archive run test e2e clients format crds argocd docs golden bench bench-quick jmh conformance stand-ins tools clean need

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(BUILT) ## build bin/penstock and what it runs (target/dist)

$(BUILT): $(SOURCES) | need
	@echo "building bin/penstock (a minute or two, longer when Maven has to download)"
	@rm -rf target/lib
	@$(MVN) -Dmaven.test.skip=true package
	@scripts/assemble.sh
	@touch $@

image: build ## build the container image with docker, podman or buildah; IMAGE=name:tag
	@scripts/image/build.sh $(IMAGE)

image-archive: $(IMAGE_ARCHIVE) ## build the image as target/image/penstock.tar, without a daemon or a registry

$(IMAGE_ARCHIVE): $(BUILT) $(wildcard scripts/image/*.sh)
	@scripts/image/archive.sh $(IMAGE)

run: build stand-ins ## build, then serve examples/original-stack with stand-in backends; ARGS="--https-port 9443"
	@exec examples/run.sh $(ARGS)

test: build $(IMAGE_ARCHIVE) stand-ins tools ## run every check and test, then print the counts
	@rm -rf target/surefire-reports
	@status=0; $(MAVEN) verify || status=$$?; scripts/test-counts.sh || status=1; exit $$status

e2e: $(if $(E2E_KUBECONFIG),need,$(IMAGE_ARCHIVE)) ## run the suite on a real cluster, of its own (as root) or of E2E_KUBECONFIG; ARGS="words of tests"
	@exec src/test/e2e/run.sh $(ARGS)

clients: build stand-ins ## run the openai, ollama, chromadb and grpcio clients from PyPI through the gateway
	@examples/clients/run.sh $(ARGS)

format: need ## format the sources
	@$(MVN) spotless:apply

crds: need ## generate deploy/crds anew from the API types
	@$(MVN) test -Dtest='CrdsTest' -Dcrds.update=true
	@cp deploy/crds/*.yaml deploy/helm/penstock/crds/

argocd: need ## generate deploy/argocd/argocd-cm.yaml anew from health.lua
	@$(MVN) test -Dtest='ArgoHealthTest' -Dargocd.update=true

docs: need ## generate docs/manifests.md anew from deploy/crds, and the values in docs/install.md from the chart
	@$(MVN) test -Dtest='ManifestDocsTest,ValuesPageTest' -Ddocs.update=true

golden: need ## write the expected outputs of the golden tests anew (then read the diff)
	@$(MVN) test -Dtest='*GoldenTest' -Dgolden.update=true

bench: build ## measure beside nginx, HAProxy, Envoy and Caddy
	@exec bench/run.sh full

bench-quick: build ## the same in a few minutes, for a first look
	@exec bench/run.sh quick

jmh: build ## time limiter, router and heads by themselves; ARGS="arguments of JMH"
	@exec bench/jmh/run.sh $(ARGS)

stand-ins: need # compiles the stand-ins when they have changed
	@examples/stand-ins/compile.sh

tools: ## install, or name, the programs that the tests need
	@scripts/tools.sh

conformance: build ## run h2spec, the conformance suite of HTTP/2 (needs Go), and sslyze, a scanner of TLS (needs Python)
	@scripts/conformance.sh
	@exec scripts/tls-scan.sh

clean: ## remove all that was built
	@rm -rf target bin

need: # find-jdk has named the JDK in one line already
	@[ -n "$$JAVA_HOME" ] || exit 1
	@command -v mvn >/dev/null || { echo "mvn not found: install Apache Maven 3.8 or newer (Debian: apt-get install maven)" >&2; exit 1; }
