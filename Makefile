# Benkan.  `make run` and `make test` work from a bare clone on Debian 12; `make help` lists the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:

PREFIX ?= /usr/local
RUN_DIR ?= run
PORT ?= 8080
B := build

ROOMS := $(shell sed -n 's/^\([a-z]*\):.*/\1/p' FLOORS)
LIBS := libmicrohttpd sqlite3 libpq libsodium libcrypto libxml-2.0 icu-uc icu-i18n

WARN := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
	-Wundef -Wcast-qual -Wwrite-strings -Wswitch-enum -Werror
OPT ?= -O2 -g
CFLAGS := -std=c17 -D_GNU_SOURCE $(OPT) -fstack-protector-strong -fPIE -pthread $(WARN) $(SAN)
LDFLAGS := -pie -pthread -Wl,-z,noexecstack -Wl,-z,relro,-z,now $(SAN)
# What pkg-config says, asked once the packages are there.
LIB_CFLAGS = $(shell pkg-config --cflags-only-I $(LIBS) | sed 's/-I/-isystem /g')
LIB_LD = $(shell pkg-config --libs $(LIBS)) -lstemmer -lm

SRC := $(wildcard $(ROOMS:%=src/%/*.c))
OBJ := $(SRC:src/%.c=$(B)/obj/%.o)
LIB_OBJ := $(filter-out $(B)/obj/cli/main.o,$(OBJ))
DEFS := $(wildcard src/*/*.def src/*/*/*.def)

# What is linked in as bytes: compiled catalogues and the assets of the pages.
MO := $(patsubst lang/%.po,$(B)/embed/%.mo,$(wildcard lang/??.po))
ASSETS := $(patsubst assets/%,$(B)/embed/%,$(wildcard assets/*.*))
EMBED := $(MO:%=%.o) $(ASSETS:%=%.o)

all: benkan

benkan: $(OBJ) $(EMBED)
	@echo "  ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LIB_LD)

# Each room is compiled with only the rooms FLOORS lets it see.
$(B)/obj/%.o: src/%.c $(B)/see | $(B)/packages
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -MMD -I$(B)/see/$(firstword $(subst /, ,$*)) $(LIB_CFLAGS) -c $< -o $@

$(B)/see: FLOORS
	@rm -rf $@
	@sed 's/#.*//; s/://' FLOORS | while read -r room sees; do \
	  [ -n "$$room" ] || continue; mkdir -p $@/$$room; \
	  for r in $$room $$sees; do ln -s ../../../src/$$r $@/$$room/$$r; done; done
	@touch $@

# A language is lang/XX.po and what rooms keep apart, lang/ROOM.XX.po; the first to translate a message wins.
$(B)/embed/%.mo: $(wildcard lang/*.po) | $(B)/packages
	@mkdir -p $(@D)
	@set -o pipefail; msgcat --use-first lang/$*.po lang/*.$*.po | msgfmt --check-format -o $@ -

$(ASSETS): $(B)/embed/%: assets/%
	@mkdir -p $(@D)
	@cp $< $@

$(B)/embed/%.o: $(B)/embed/%
	@cd $(B)/embed && ld -r -b binary -o $*.o $*

# Debian packages this needs; says what it is doing.
$(B)/packages: setup/packages-build setup/install
	@mkdir -p $(@D)
	@setup/install setup/packages-build && touch $@

# --- tests: test/<room>/<module>_test.c mirrors src; each is a program of its own ---
.SECONDARY:
TEST := $(patsubst test/%.c,$(B)/test/%,$(wildcard test/*/*_test.c))

$(B)/test/%: test/%.c $(LIB_OBJ) $(EMBED) | $(B)/packages-test
	@mkdir -p $(@D)
	@echo "  cc $<"
	@$(CC) $(CFLAGS) -Isrc -Itest -MMD -MF $@.d $(LIB_CFLAGS) $(LDFLAGS) -o $@ $< $(LIB_OBJ) $(EMBED) $(LIB_LD) -lcmocka

$(B)/packages-test: setup/packages-test setup/install $(B)/packages
	@setup/install setup/packages-test && touch $@

# Run one room's tests: make test-ledger
$(ROOMS:%=test-%): test-%: benkan
	@$(MAKE) --no-print-directory $(filter $(B)/test/$*/%,$(TEST))
	@setup/run-tests $(filter $(B)/test/$*/%,$(TEST))

test: benkan $(TEST)
	@setup/run-tests $(TEST)

-include $(OBJ:.o=.d) $(TEST:%=%.d)
.PHONY: all test $(ROOMS:%=test-%)
