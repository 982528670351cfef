# The only entry to what developers and CI do.

CARGO ?= cargo
PARITY ?= ../shared/parity/run
CLUSTER ?= ../shared/cluster
# Where programs are that are not in PATH.
TOOLS ?= $(PROMCHART_TOOLS)
# Programs that are run once: as fast as a release but for what linking as a whole gains.
EXAMPLE = $(CARGO) run --locked --profile quick --example

.PHONY: check fmt lint test docs book build parity provenance verdicts configurations differences structure fuzz fuzz-targets dyff peers bench deny image reproducible e2e install help

help: ## Lists the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

check: fmt lint test ## All that must be green at every commit

fmt: ## Formatting
	$(CARGO) fmt --check

lint: ## Clippy, warnings denied
	$(CARGO) clippy --locked --all-targets -- -D warnings

test: ## All tests that need no cluster; those that want a tool that is not there say that they are skipped
	$(CARGO) test --locked

docs: ## Writes the pages that are made of the sources: docs/commands.md, docs/diagnostics.md, docs/lint.md
	PROMCHART_WRITE_DOCS=1 $(CARGO) test --locked --test commands --test diagnostics

# The pages at the root come into the book beside those of docs/, and links between them are made to fit.
ROOT_PAGES = README CHANGELOG COMPATIBILITY CONTRIBUTING
BOOK = target/book-pages
MDBOOK ?= mdbook
book: ## Builds the book of docs/ into target/book, with mdbook: `cargo install --locked mdbook@0.5.4`
	rm -rf $(BOOK) target/book
	mkdir -p target
	cp -r docs $(BOOK)
	cp $(ROOT_PAGES:=.md) LICENSE $(BOOK)
	sed -i 's#](docs/#](#g' $(ROOT_PAGES:%=$(BOOK)/%.md)
	find $(BOOK) -name '*.md' -exec sed -i -E 's#\]\(((\.\./)*)\.\./(README|CHANGELOG|COMPATIBILITY|CONTRIBUTING)\.md#](\1\3.md#g' {} +
	$(MDBOOK) build $(BOOK) --dest-dir $(CURDIR)/target/book

verdicts: ## The rules about objects against what the API server says to the objects of each case
	$(EXAMPLE) verdicts -- $(dir $(PARITY))cases $(dir $(PARITY))../oracles/apiserver.json

structure: ## Writes the compiled-in structure of Kubernetes' API, as the API server of $(CLUSTER) tells it
	$(CLUSTER)/with -- $(CURDIR)/tools/kubernetes-structure >structure.txt
	mv structure.txt src/kubernetes/structure.txt

build: ## The release binary
	$(CARGO) build --locked --release

parity: build ## The comparison with Helm over all cases
	$(PARITY) --binary target/release/promchart --exceptions tests/parity-exceptions.txt
	$(PARITY) --binary target/release/promchart --cases $(dir $(PARITY))found --exceptions tests/found-exceptions.txt

provenance: ## What is said of where fields come from, against what changing each value does
	$(EXAMPLE) provenance -- $(dir $(PARITY))cases/leaf

configurations: ## What lint says of Prometheus' and Alertmanager's configurations, against what promtool and amtool say
	$(EXAMPLE) configurations -- $(dir $(PARITY))cases $(dir $(PARITY))../oracles/prometheus.json

differences: ## What diff says of each case's values beside the defaults, against another comparer and the API server
	$(EXAMPLE) differences -- $(dir $(PARITY))cases $(dir $(PARITY))../oracles

fuzz: ## Random Go templates and whole charts beside a real Helm: ORACLE=PROGRAM answers as ../shared/helm-oracle does; SEED=N repeats a run
	$(EXAMPLE) fuzz -- --oracle $(ORACLE) $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(if $(CHARTS),--charts $(CHARTS))

fuzz-targets: ## Any bytes as YAML, --set, version ranges, values, templates, archives and manifests: each of tests/fuzz for SECONDS=N, or with the same RUNS=N each time; TARGETS names some
	tests/fuzz/run $(if $(SECONDS),--seconds $(SECONDS)) $(if $(RUNS),--runs $(RUNS)) $(TARGETS)

dyff: build ## Whether diff shows all that dyff shows, and the time of each; TOOLS=FOLDER has dyff, where it is not in PATH
	PROMCHART_TOOLS=$(TOOLS) benches/dyff.py $(dir $(PARITY))cases

peers: build ## What lint says beside kube-score, kubeconform and pint, where these are there; $(CLUSTER) tells kubeconform what Kubernetes' API is
	$(CLUSTER)/with -- $(CURDIR)/tests/peers/run --cases $(dir $(PARITY))cases/real

bench: build ## Writes docs/benchmarks.md: what each size takes, Helm and others beside it; UPSTREAM=FOLDER has Helm's own Prometheus chart. Then dyff, and where the milliseconds go
	PROMCHART_TOOLS=$(TOOLS) benches/run --page docs/benchmarks.md --cases $(dir $(PARITY))cases/real $(if $(UPSTREAM),--upstream $(UPSTREAM))
	PROMCHART_TOOLS=$(TOOLS) benches/dyff.py $(dir $(PARITY))cases

deny: ## Licences, sources and doubled versions of the dependencies (cargo-deny); ADVISORIES=1 asks for known faults, too
	$(CARGO) deny --locked --config tools/release/deny.toml check --hide-inclusion-graph licenses bans sources $(if $(ADVISORIES),advisories)

image: ## The image of a static binary, with docker, podman or buildah; says so where none is there
	tools/release/image

reproducible: ## Two builds of the committed sources in two folders: one checksum
	tools/release/reproducible

e2e: build ## The rendered stack on the cluster that KUBECONFIG names, which is used up; only with PROMCHART_E2E=1
	tests/e2e/run

install: ## Puts promchart where cargo puts programs
	$(CARGO) install --locked --path .
