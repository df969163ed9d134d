# Benkan.  `make run` and `make test` work from a bare clone on Debian 12; `make help` lists the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

# As many jobs as there are cores, unless told.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

PREFIX ?= /usr/local
RUN_DIR ?= run
PORT ?= 8080
# Where everything that is made goes, and the program: the sanitized and the fuzzed build name their own.
B := build
PROGRAM := benkan

ROOMS := $(shell sed -n 's/^\([a-z]*\):.*/\1/p' FLOORS)
LIBS := libmicrohttpd sqlite3 libpq libsodium libcrypto libxml-2.0 icu-uc icu-i18n libcurl zlib cairo pangocairo

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wcast-qual -Wwrite-strings -Wswitch-enum -Werror
OPT ?= -O2 -g
CFLAGS := -std=c17 -D_GNU_SOURCE $(OPT) -fstack-protector-strong -fPIE -pthread $(WARN) $(SAN)
LDFLAGS := -pie -pthread -Wl,-z,noexecstack -Wl,-z,relro,-z,now $(SAN)
# What pkg-config says, asked once, when the packages are there.
LIB_CFLAGS = $(eval LIB_CFLAGS := $(shell pkg-config --cflags-only-I $(LIBS) | sed 's/-I/-isystem /g'))$(LIB_CFLAGS)
LIB_LD = $(eval LIB_LD := $(shell pkg-config --libs $(LIBS)) -lstemmer -lm)$(LIB_LD)

SRC := $(wildcard $(ROOMS:%=src/%/*.c))
OBJ := $(SRC:src/%.c=$(B)/obj/%.o)

# What is linked in as bytes: compiled catalogues and the assets of the pages.
MO := $(patsubst lang/%.po,$(B)/embed/%.mo,$(wildcard lang/??.po))
ASSETS := $(patsubst assets/%,$(B)/embed/%,$(wildcard assets/*.*))
EMBED := $(MO:%=%.o) $(ASSETS:%=%.o)

all: $(PROGRAM) ## build ./benkan (the default)

$(PROGRAM): $(B)/obj/cli/main.o $(B)/libbenkan.a
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIB_LD)

# Everything but main: the program, the tests, the fuzz targets and the benchmarks link against it.
$(B)/libbenkan.a: $(filter-out $(B)/obj/cli/main.o,$(OBJ)) $(EMBED)
	@rm -f $@
	@ar rcs $@ $^

# Each room is compiled with only the rooms FLOORS lets it see.
$(B)/obj/%.o: src/%.c $(B)/see | build/packages-build
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -MMD -MP -I$(B)/see/$(firstword $(subst /, ,$*)) $(LIB_CFLAGS) -c $< -o $@

$(B)/see: FLOORS
	@rm -rf $@
	@sed 's/#.*//; s/://' FLOORS | while read -r room sees; do \
	  [ -n "$$room" ] || continue; mkdir -p $@/$$room; \
	  for r in $$room $$sees; do ln -sr src/$$r $@/$$room/$$r; done; done
	@touch $@

# A language is lang/XX.po and what rooms keep apart, lang/ROOM.XX.po; the first to translate a message wins.
$(B)/embed/%.mo: $(wildcard lang/*.po) | build/packages-build
	@mkdir -p $(@D)
	@set -o pipefail; msgcat --use-first lang/$*.po lang/*.$*.po | msgfmt --check-format -o $@ -

$(ASSETS): $(B)/embed/%: assets/%
	@mkdir -p $(@D)
	@cp $< $@

$(B)/embed/%.o: $(B)/embed/% | build/packages-build
	@cd $(@D) && ld -r -b binary -o $*.o $*

# --- what it needs: Debian packages by list, npm packages for the browser tests ---
build/packages-%: setup/packages-% setup/install
	@mkdir -p $(@D)
	@setup/install $< && touch $@

node_modules/.package-lock.json: package-lock.json | build/packages-test
	@echo "benkan: installing npm packages for the browser tests"
	@npm ci --loglevel=error --no-audit --no-fund >/dev/null && touch $@ || \
	  { echo "benkan: npm could not fetch these; check the network, then run make again" >&2; exit 1; }

# --- the demonstration ---
run: benkan ## serve the demonstration register's two nodes on 127.0.0.1 (RUN_DIR=run PORT=8080)
	@setup/serve-demo $(RUN_DIR) $(PORT)

# --- tests: test/<room>/<module>_test.c mirrors src; each is a program of its own ---
# A test is a program that prints TAP: cmocka does, and so do the scripts.
TEST_C := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/*/*_test.c))
TEST_SCRIPT := $(wildcard test/*_test.sh test/*/*_test.sh test/*/*_test.mjs)
FUZZ := $(patsubst fuzz/%_fuzz.c,%,$(wildcard fuzz/*_fuzz.c))
REPLAY := $(FUZZ:%=$(B)/replay/%)

test: $(PROGRAM) $(TEST_C) $(REPLAY) node_modules/.package-lock.json ## run every test; the last line counts them
	@setup/run-tests $(TEST_SCRIPT) $(REPLAY) $(TEST_C)

# The tests in C and the corpora alone.
test-c: $(PROGRAM) $(TEST_C) $(REPLAY)
	@setup/run-tests $(REPLAY) $(TEST_C)

# One room's tests: make test-ledger
TEST_OF = $(filter $(B)/test/$*/%,$(TEST_C)) $(filter test/$*/%,$(TEST_SCRIPT))
$(ROOMS:%=test-%): test-%: $(PROGRAM) | build/packages-test
	@$(MAKE) --no-print-directory $(filter $(B)/%,$(TEST_OF))
	@setup/run-tests $(TEST_OF)

# Not part of make test: it fetches two hundred npm packages.
build/lighthouse/node_modules/.package-lock.json: $(addprefix test/lighthouse/,package.json package-lock.json .npmrc) | build/packages-test
	@mkdir -p build/lighthouse && cp $^ build/lighthouse/
	@echo "benkan: installing npm packages for Lighthouse"
	@(cd build/lighthouse && npm ci --loglevel=error --no-audit --no-fund >/dev/null) && touch $@ || \
	  { echo "benkan: npm could not fetch these; check the network, then run make lighthouse again" >&2; exit 1; }

lighthouse: $(PROGRAM) build/lighthouse/node_modules/.package-lock.json ## Lighthouse on the cockpit, a project and the decision matrix
	@cp test/lighthouse/lighthouse.mjs build/lighthouse/ && node build/lighthouse/lighthouse.mjs

$(B)/test/%: test/%.c $(B)/libbenkan.a | build/packages-test
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -Isrc -Itest -MMD -MP -MF $@.d $(LIB_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libbenkan.a $(LIB_LD) -lcmocka

# --- fuzzing: fuzz/<name>_fuzz.c is one target, fuzz/corpus/<name>/ what it starts from ---
$(B)/replay/%: fuzz/%_fuzz.c fuzz/replay.c $(B)/libbenkan.a | build/packages-test
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -Isrc -MMD -MP -MF $@.d $(LIB_CFLAGS) $(LDFLAGS) -o $@ $< fuzz/replay.c $(B)/libbenkan.a $(LIB_LD)

FUZZ_SECONDS ?= 60
fuzz: | build/packages-check ## run each fuzz target for FUZZ_SECONDS (60), with clang
	@$(MAKE) --no-print-directory B=build/fuzz PROGRAM=build/fuzz/benkan CC=clang OPT="-O1 -g" \
	  SAN="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all" $(FUZZ:%=build/fuzz/target/%)
	@setup/run-fuzz $(FUZZ_SECONDS) $(FUZZ)

$(B)/target/%: fuzz/%_fuzz.c $(B)/libbenkan.a
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -fsanitize=fuzzer -Isrc -MMD -MP -MF $@.d $(LIB_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libbenkan.a $(LIB_LD)

# --- checks of the source ---
check: check-format check-house check-tidy check-cppcheck check-san check-threads ## format, house rules, clang-tidy, cppcheck, sanitizers

OURS := $(wildcard src/*/*.[ch] src/*/*/*.[ch] test/*.[ch] test/*/*.[ch] fuzz/*.[ch] bench/*.[ch])
check-format: | build/packages-check
	@clang-format --dry-run -Werror $(OURS)

check-house:
	@setup/check-house

# One stamp a file, so that a second look reads only what changed.
TIDY := $(SRC:src/%.c=$(B)/tidy/%)
check-tidy: $(TIDY)
$(TIDY): $(B)/tidy/%: src/%.c .clang-tidy $(B)/obj/%.o | build/packages-check
	@mkdir -p $(@D)
	@echo "  tidy $<"
	@clang-tidy --quiet $< -- -std=c17 -D_GNU_SOURCE -Wcovered-switch-default \
	  -I$(B)/see/$(firstword $(subst /, ,$*)) $(LIB_CFLAGS) 2>&1 | { grep -v 'warnings generated' || true; } ; \
	  [ $${PIPESTATUS[0]} = 0 ] && touch $@

check-cppcheck: | build/packages-check
	@cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,portability \
	  --suppressions-list=setup/cppcheck -Isrc src

check-san: | build/packages-test
	@LSAN_OPTIONS=suppressions=$(CURDIR)/setup/leaks:print_suppressions=0 $(MAKE) --no-print-directory B=build/san PROGRAM=build/san/benkan OPT="-O1 -g" \
	  SAN="-fsanitize=address,undefined -fno-sanitize-recover=all" test-c

# The rooms with threads, under the thread sanitizer.
THREADED := $(filter $(B)/test/wire/% $(B)/test/store/% $(B)/test/register/%,$(TEST_C))
test-threads: $(THREADED)
	@setup/run-tests $^

check-threads: | build/packages-test
	@$(MAKE) --no-print-directory B=build/tsan PROGRAM=build/tsan/benkan OPT="-O1 -g" SAN=-fsanitize=thread test-threads

# --- measuring ---
BENCH := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
$(B)/bench/%: bench/%.c $(B)/libbenkan.a | build/packages-bench
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -Isrc -MMD -MP -MF $@.d $(LIB_CFLAGS) $(LDFLAGS) -o $@ $< $(B)/libbenkan.a $(LIB_LD)

bench: benkan $(BENCH) ## ratios against nginx, SQLite, Fossil and git (BENCH_FULL=1: a million entries)
	@bench/run

# --- the rest ---
SHARE = $(DESTDIR)$(PREFIX)/share
install: benkan ## program, man page, completions under PREFIX (/usr/local)
	install -D benkan $(DESTDIR)$(PREFIX)/bin/benkan
	install -d $(SHARE)/man/man1 $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
	./benkan man >$(SHARE)/man/man1/benkan.1
	./benkan completion bash >$(SHARE)/bash-completion/completions/benkan
	./benkan completion zsh >$(SHARE)/zsh/site-functions/_benkan
	./benkan completion fish >$(SHARE)/fish/vendor_completions.d/benkan.fish

clean: ## remove what was built (the demonstration's data in RUN_DIR stays)
	rm -rf build benkan

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name what; do \
	  printf '  make %-8s %s\n' "$$name" "$$what"; done

-include $(OBJ:.o=.d) $(TEST_C:%=%.d) $(REPLAY:%=%.d) $(BENCH:%=%.d)
.SECONDARY:
.PHONY: all run test test-c lighthouse fuzz check check-format check-house check-tidy check-cppcheck check-san check-threads test-threads bench install clean help \
	$(ROOMS:%=test-%)
