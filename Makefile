# Every command of this repository. `make help` lists them.
# Needs git, make, Node.js 20.19 or newer and npm; the rest installs itself.

.DEFAULT_GOAL := usage
.SUFFIXES:
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# npm's record of the installed packages. If it is older than a manifest, it is stale.
INSTALLED := node_modules/.package-lock.json
MANIFESTS := package.json package-lock.json $(wildcard types/package.json db/client/package.json packages/*/package.json tests/types/consumers/package.json)

# With NODE_ENV=production or `omit=dev`, npm skips development packages and still reports them as installed.
PARTIAL := $(if $(and $(wildcard node_modules/.bin/esbuild node_modules/.bin/esbuild.cmd),$(wildcard node_modules/@esbuild/*)),,.partial)

# Commands are bundled into plain JavaScript, which starts in a third of the time that tsx needs.
SOURCES := $(shell find bench db packages scripts types tests/attacks tests/fuzz -name '*.ts' -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
BUILT := .build/.built
# The attacks are loaded from a folder at run time, so that nothing imports tests.
ATTACKS := $(foreach file,$(wildcard tests/attacks/*.ts),attacks/$(basename $(notdir $(file)))=$(file))

COMMANDS := $(shell sed -n 's/^\.PHONY: //p' Makefile)
UNKNOWN := $(firstword $(filter-out $(COMMANDS) $(BUILT) $(INSTALLED),$(MAKECMDGOALS)))
ifneq ($(UNKNOWN),)

# Refuse before running any other command on the line: `make reset sed` must not reset.
.DEFAULT:
	@echo 'error: no command "$(UNKNOWN)": nothing was done' >&2; $(MAKE) -s help >&2; exit 2

else

##@ Every day

.PHONY: migrate
migrate: $(BUILT) ## Apply pending migrations (starts an embedded PostgreSQL if DATABASE_URL is unset)
	@node .build/migrate.mjs

.PHONY: types
types: $(BUILT) ## Regenerate types/ from the live database
	@node .build/types.mjs

.PHONY: test-rls
test-rls: $(BUILT) ## Run the pgTAP tests: schema and isolation
	@node .build/test-rls.mjs

.PHONY: test-rls-all
test-rls-all: $(BUILT) ## Like test-rls, with every cell of the isolation matrix; updates the figures in docs/isolation.md
	@node .build/test-rls.mjs --exhaustive --figures

.PHONY: test-supabase
test-supabase: $(BUILT) ## Like test-rls, on a server that imitates Supabase (SUPABASE_DB_URL: on that project)
	@node .build/test-supabase.mjs

.PHONY: accept
accept: $(BUILT) ## Rewrite the expected lists of tests/schema and docs/locks.md from the migrations, and show the difference
	@node .build/accept.mjs
	@node .build/locks.mjs

.PHONY: check
check: $(BUILT) ## Run the quick checks: lint, types, freshness, pgTAP, mutants of objects changed since origin/main (BASE=commit)
	@node .build/test.mjs --quick

.PHONY: test
test: $(BUILT) ## Run every check: lint, typecheck, unit, pgTAP, mutants, freshness, edge functions, packages
	@node .build/test.mjs

.PHONY: test-long
test-long: $(BUILT) ## The rest: more mutants, crashes and races, every kind of change (SHARE=0.05: part of the mutants, crashes and races)
	@node .build/test.mjs --long

.PHONY: test-matrix
test-matrix: $(BUILT) ## pgTAP, isolation, types and migrations on PostgreSQL 15, 16, 17 and 18
	@node .build/test-matrix.mjs

.PHONY: new
new: $(BUILT) ## Create a migration for a table: make new name=add_tags (other changes: docs/changes.md)
	@node .build/new.mjs $(if $(EMPTY),--empty) --column="$$COLUMN" --check="$$CHECK" --function="$$FUNCTION" \
	  --rows="$$ROWS" --owner="$$OWNER" -- "$$name"

.PHONY: sum
sum: $(BUILT) ## Rewrite migrations.sum and supabase/migrations, after an edit or a merge
	@node .build/sum.mjs

.PHONY: status
status: $(BUILT) ## Show applied, pending, edited and drifted migrations (JSON=1: as JSON)
	@node .build/status.mjs $(if $(JSON),--json)

.PHONY: plan
plan: $(BUILT) ## Show what make migrate would do: statements, schema, access, locks, types (FORMAT=markdown, FORMAT=json)
	@node .build/plan.mjs --format="$$FORMAT"

.PHONY: rollback
rollback: $(BUILT) ## Undo the last migration (another server: FORCE=1)
	@node .build/rollback.mjs

.PHONY: seed
seed: $(BUILT) ## Load demo users and real documents (another server: FORCE=1)
	@node .build/seed.mjs

.PHONY: functions
functions: $(BUILT) ## Serve the edge functions at http://localhost:54321/functions/v1/<name>
	@node .build/functions.mjs

.PHONY: token
token: $(BUILT) ## Print a token for the local functions: make -s token user=<account id or email>
	@node .build/token.mjs -- "$$user"

##@ Checks

.PHONY: lint
lint: $(BUILT) ## Lint SQL and TypeScript
	@node .build/test.mjs --only lint-sql,lint-ts

.PHONY: types-check
types-check: $(BUILT) ## Fail if make types would change anything
	@node .build/types.mjs --check

.PHONY: accept-check
accept-check: $(BUILT) ## Fail if make accept would change anything
	@node .build/accept.mjs --check
	@node .build/locks.mjs --check

.PHONY: locks
locks: $(BUILT) ## Write docs/locks.md: the locks of each migration, and whether it reads or writes every row
	@node .build/locks.mjs

.PHONY: verify
verify: $(BUILT) ## Fail if the ledger of applied migrations differs from migrations/
	@node .build/verify.mjs

.PHONY: drift
drift: $(BUILT) ## Fail if the database differs from the result of migrations/; print SQL that reverts it (JSON=1: as JSON)
	@node .build/drift.mjs $(if $(JSON),--json)

.PHONY: mutants
mutants: $(BUILT) ## Weaken the schema in small ways and expect the isolation tests to fail: FILTER=regex SAMPLE=100 SEED=1 make mutants
	@node .build/mutants.mjs

.PHONY: fuzz
fuzz: $(BUILT) ## Compare random statements of several users with a model: STATEMENTS=50000 SEED=1 make fuzz
	@node .build/fuzz.mjs

.PHONY: test-pooler
test-pooler: $(INSTALLED) ## Stress-test identities through PgBouncer and through pg's pool: 200 × 500 transactions each
	@TSX_DISABLE_CACHE=1 POOLER_TRANSACTIONS=500 node --import tsx --test tests/pooler/torture.test.ts

.PHONY: test-citus
test-citus: $(INSTALLED) ## Experimental: distribute the database on the coordinator at CITUS_URL, and test it there
	@TSX_DISABLE_CACHE=1 node --import tsx --test --test-concurrency=1 tests/distribute/*.test.ts

.PHONY: bench
bench: $(BUILT) ## Benchmark every operation and write bench/results.json (ROWS=1000000: large tables)
	@node .build/bench-operations.mjs

##@ The documentation

.PHONY: docs
docs: $(BUILT) ## Build the documentation site in docs/.site (BASE=commit: highlight access added since)
	@node .build/docs.mjs

.PHONY: docs-serve
docs-serve: $(BUILT) ## Serve the site at http://localhost:54330 and rebuild it after every change
	@node .build/docs-serve.mjs

##@ The database

.PHONY: url
url: $(BUILT) ## Print the owner's connection string (make -s url)
	@node .build/url.mjs

.PHONY: bootstrap
bootstrap: $(BUILT) ## Create Supabase's roles, auth and extensions at DATABASE_URL (PLATFORM=supabase: imitate Supabase fully)
	@node .build/bootstrap.mjs

.PHONY: distribute
distribute: $(BUILT) ## Experimental: shard the migrated database on the Citus coordinator at DATABASE_URL (DRY_RUN=1: show the plan)
	@node .build/distribute.mjs $(if $(DRY_RUN),--dry-run)

.PHONY: stop
stop: $(BUILT) ## Stop the embedded server
	@node .build/stop.mjs

.PHONY: reset
reset: $(BUILT) ## Drop and re-create the embedded database (another server: FORCE=1)
	@node .build/reset.mjs

##@ Help

.PHONY: doctor
doctor: ## Report problems with this machine, the settings and the database
	@node scripts/doctor/before-install.cjs && $(MAKE) -s $(BUILT) && node .build/doctor.mjs

.PHONY: help
help: ## List these commands
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@ / { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

.PHONY: usage
usage:
	@echo "usage: make <command>" >&2; $(MAKE) -s help >&2; exit 2

# A target that never exists.
.partial:

$(INSTALLED): $(MANIFESTS) $(PARTIAL)
	@echo "Installing npm packages" >&2
	@npm ci --include=dev --include=optional --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): $(INSTALLED) $(SOURCES)
	@rm -rf .build && mkdir .build
	@node_modules/.bin/esbuild scripts/*.ts fuzz=tests/fuzz/main.ts $(ATTACKS) --bundle --platform=node --format=esm --target=node20.19 \
	  --packages=external --splitting --outdir=.build --out-extension:.js=.mjs --log-level=warning
	@touch $@

endif
