# The two commands of the README are `make demo` and `make test`. Nothing but a Rust toolchain and make is needed.

PACKAGES := tests/servers/packages.txt

.PHONY: help demo test prove packages audit

help:
	@echo "make demo     sample questions in, cited answers out, on your terminal"
	@echo "make test     formatting, lints, all tests; licences where cargo-deny is installed"
	@echo "make prove    the long counts and the measurements, written to docs/PROOF.md; about an hour"
	@echo "make audit    installs cargo-deny and runs it"

demo:
	cargo run --quiet -- demo --once

test: packages
	cargo fmt --check
	cargo clippy --all-targets --quiet -- -D warnings
	@if cargo nextest --version >/dev/null 2>&1; then echo cargo nextest run; cargo nextest run; else echo cargo test; cargo test; fi
	@if cargo deny --version >/dev/null 2>&1; then echo cargo deny check bans licenses sources; cargo deny check bans licenses sources; \
	else echo "NOT TESTED HERE: licences, bans and sources (missing: cargo-deny; make audit installs it)"; fi
	@tests/servers/missing.sh

prove: packages
	tests/prove.sh

# The real servers that some tests talk to. Without them those tests say so and pass.
packages:
	@test -f $(PACKAGES) || exit 0; missing=; \
	for one in $$(grep -v '^#' $(PACKAGES)); do dpkg -s "$$one" >/dev/null 2>&1 || missing="$$missing $$one"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "for the tests with real mail servers and PostgreSQL, install as root: apt-get install$$missing"; fi

audit:
	@cargo deny --version >/dev/null 2>&1 || cargo install cargo-deny --locked
	cargo deny check
