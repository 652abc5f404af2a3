# rwl is header-only: what is built here are its checks. `make help` lists what there is to make.
#
# Everything built lies in build/. Sources are found by their place, so a new file needs no edit
# here. V=1 shows the commands.

VERSION := $(shell sed -n 's/.* RWL_VERSION_[A-Z]* \([0-9][0-9]*\)$$/\1/p' lib/rwl/version.hpp | paste -sd.)
BUILD   := build
PREFIX  ?= /usr/local
JOBS    := $(shell nproc)

CXXFLAGS ?= -O2 -g
flags    := -std=c++20 $(CXXFLAGS) -Wall -Wextra -Wpedantic -Werror -Ilib -I.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
# A -j of the command line wins.
MAKEFLAGS += -j$(JOBS)
endif

Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-5s %s\n' $1 '$2')

# ---------------------------------------------------------------------------------------- sources

headers      := $(shell find lib -name '*.hpp')
unit_src     := tests/unit/main.cpp $(wildcard tests/unit/*_test.cpp tests/unit/*/*_test.cpp)
stress_src   := $(wildcard tests/stress/*.cpp)
bench_src    := $(wildcard tests/bench/*.cpp)
example_src  := $(wildcard docs/examples/*.cpp)
verify_src   := $(wildcard $(addprefix verify/,engine/*.cpp scenarios/*.cpp report/*.cpp))
mutants_src  := $(wildcard verify/mutate/*.cpp)
museum_src   := $(wildcard verify/museum/*.cpp)
oracle_src   := $(wildcard models/conformance/oracle/*.cpp)
# The oracle without its command line.
table_src    := $(filter-out %/main.cpp,$(oracle_src))
# The report and what it needs of the rest, without the engine.
report_src   := $(wildcard verify/report/*.cpp) verify/scenarios/properties.cpp \
  verify/engine/decisions.cpp
# The explorer's way of drawing a trace.
drawing_src  := $(addprefix verify/report/,source_tree.cpp step_text.cpp thread_standing.cpp \
  trace_text.cpp wait_for.cpp)
conformance_src := $(wildcard models/conformance/production/*.cpp)
# What judges a recording, without the threads that make one.
judge_src    := $(addprefix models/conformance/production/,guard_text.cpp judge.cpp word_check.cpp)
explorer_src := $(wildcard tests/explorer/*_test.cpp) tests/unit/main.cpp
formatted     = $(shell find $(wildcard lib tests verify models docs) -name '*.[ch]pp')

# ----------------------------------------------------------------------------- ways of compiling
# A way NAME compiles any source to build/obj/NAME/<source>.o and needs the Debian packages of a set.

cxx_plain        := $(CXX)
cxx_tsan-g++     := g++
cxx_tsan-clang++ := clang++
cxx_asan         := $(CXX)
cxx_verify       := $(CXX)

# Optimised little: their reports stay readable, and they are built in half the time.
sanitized          := -O1 -g1 -fno-omit-frame-pointer
flags_tsan-g++     := $(sanitized) -fsanitize=thread
flags_tsan-clang++ := $(sanitized) -fsanitize=thread
flags_asan         := $(sanitized) -fsanitize=address,undefined -fno-sanitize-recover=all
# Relacy switches stacks by longjmp, which a fortified C library takes for an attack.
flags_verify       := -U_FORTIFY_SOURCE

# $(call way,NAME)
define way
$(BUILD)/obj/$1/%.o: %.cpp $(BUILD)/obj/$1/flags
	@mkdir -p $$(@D)
	$$(call say,CXX,$$<  [$1])
	$$(Q)$(cxx_$1) $(flags) $(flags_$1) -MMD -MP -c $$< -o $$@

# Changes only when the command line does, and with it everything compiled this way.
$(BUILD)/obj/$1/flags: FORCE
	@mkdir -p $$(@D)
	@echo '$(cxx_$1) $(flags) $(flags_$1)' | cmp -s - $$@ || echo '$(cxx_$1) $(flags) $(flags_$1)' > $$@
endef

$(foreach w,plain tsan-g++ tsan-clang++ asan verify,$(eval $(call way,$w)))

# ---------------------------------------------------------------------------------------- programs

objects = $(patsubst %.cpp,$(BUILD)/obj/$1/%.o,$2)

# $(call program,BINARY,WAY,SOURCES,LIBRARIES,PACKAGE SET,OBJECTS OF OTHER PROGRAMS)
define program
$1: $(call objects,$2,$3) $6
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$(cxx_$2) $(flags) $(flags_$2) $$^ $4 -o $$@
$(call objects,$2,$3): | deps-$5
-include $(patsubst %.o,%.d,$(call objects,$2,$3))
endef

$(eval $(call program,$(BUILD)/unit,plain,$(unit_src),-lcppunit -lfmt,unit,\
  $(call objects,verify,$(report_src)) $(call objects,plain,$(judge_src) $(table_src))))
$(foreach e,$(example_src),\
  $(eval $(call program,$(BUILD)/examples/$(basename $(notdir $e)),plain,$e,,unit)))
$(eval $(call program,$(BUILD)/bench,plain,$(bench_src),-lbenchmark,bench))
$(eval $(call program,$(BUILD)/conformance,plain,$(conformance_src),-lfmt,verify))
$(eval $(call program,$(BUILD)/oracle,plain,$(oracle_src),-lfmt,models,\
  $(call objects,verify,$(drawing_src))))
verify_objects := $(call objects,verify,$(verify_src))
$(eval $(call program,$(BUILD)/verify,verify,verify/main.cpp $(BUILD)/sources.cpp $(verify_src),\
  -lfmt,verify))
$(eval $(call program,$(BUILD)/mutants,verify,$(mutants_src),-lfmt,verify,$(verify_objects)))
$(eval $(call program,$(BUILD)/museum,verify,$(museum_src),-lfmt,verify,$(verify_objects)))
judges_src := verify/museum/tour.cpp $(filter-out %/main.cpp,$(mutants_src))
$(eval $(call program,$(BUILD)/explorer_tests,verify,$(explorer_src),-lcppunit -lfmt,explorer,\
  $(verify_objects) $(call objects,verify,$(judges_src))))

# Tells these sources from others: only shards that were made from the same are merged.
sources := $(shell cat $(sort $(headers) $(shell find verify -name '*.[ch]pp')) $(LOCK) 2>/dev/null \
  | sha256sum | cut -c-16)
sources_cpp := extern const char* const rwl_sources; const char* const rwl_sources = "$(sources)";
$(BUILD)/sources.cpp: FORCE
	@mkdir -p $(@D)
	@echo '$(sources_cpp)' | cmp -s - $@ || echo '$(sources_cpp)' > $@

sanitizers := tsan-g++ tsan-clang++ asan

# The tests of the report, of the specification and of recordings have one thread at a time, and
# those search much: no work for ThreadSanitizer.
unit_src_tsan-g++     := $(filter-out $(addprefix tests/unit/,conformance/% oracle/% report/%),\
  $(unit_src))
unit_src_tsan-clang++ := $(unit_src_tsan-g++)
unit_src_asan         := $(unit_src) $(report_src) $(judge_src) $(table_src)
lib_asan              := -lfmt

$(foreach s,$(sanitizers),\
  $(eval $(call program,$(BUILD)/$s/unit,$s,$(unit_src_$s),-lcppunit $(lib_$s),sanitizers))\
  $(foreach t,$(stress_src),\
    $(eval $(call program,$(BUILD)/$s/$(basename $(notdir $t)),$s,$t,,sanitizers))))

# ---------------------------------------------------------------------------------------- targets

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  V=1 shows the commands, NO_DEPS=1 installs nothing, VERIFY_ARGS=... goes to build/verify.'
	@echo '  verify and verify-full: SHARD=K/N runs a part, HOSTS=FILE all parts on the hosts in the file.'

deps_sets := all unit sanitizers explorer compile package verify models bench check test hosts scale
.PHONY: deps $(deps_sets:%=deps-%)
deps: deps-all ## install the Debian packages that are missing (NO_DEPS=1: only name them)
$(deps_sets:%=deps-%): deps-%:
	@.ci/deps $*

# LOCK=path.hpp: a lock of the user's own, a template over Sync called like its file, or LOCK_NAME.
ifneq ($(origin LOCK),undefined)
ifneq ($(words $(LOCK)),1)
$(error LOCK is the path of one header, without spaces: LOCK=path.hpp)
endif
LOCK_NAME ?= $(basename $(notdir $(LOCK)))
own       := $(BUILD)/lock/$(subst ::,.,$(LOCK_NAME))
verifier  := $(own)/verify
own_objects := $(filter-out %/scenarios/registry.o,\
  $(call objects,verify,verify/main.cpp $(BUILD)/sources.cpp $(verify_src)))

$(own)/registry.cpp: FORCE
	@mkdir -p $(@D)
	@test -f '$(LOCK)' || { echo "make: LOCK=$(LOCK): there is no such file" >&2; exit 2; }
	@printf '%s\n' '#include "$(abspath $(LOCK))"' '' '#include <verify/scenarios/own_lock.hpp>' '' \
	  'const std::vector<rwl::verify::lock_info>& rwl::verify::registered_locks() {' \
	  '  static const std::vector<lock_info> all = {own_lock<::$(LOCK_NAME:::%=%)>("$(LOCK_NAME)")};' \
	  '  return all;' '}' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(own)/registry.o: $(own)/registry.cpp | deps-verify
	$(call say,CXX,$(LOCK))
	$(Q)$(cxx_verify) $(flags) -Wno-error $(flags_verify) -MMD -MP -c $< -o $@ || { echo "make: \
	LOCK=$(LOCK) must define a class template <class Sync> called $(LOCK_NAME); if its name is not \
	that of the file, say LOCK_NAME=some::name" >&2; false; }
-include $(own)/registry.d
$(verifier): $(own)/registry.o $(own_objects)
	$(call say,LD,$@)
	$(Q)$(cxx_verify) $(flags) $(flags_verify) $^ -lfmt -o $@
report_dir := $(own)/report
tier_args  := --budget 60
else
verifier   := $(BUILD)/verify
report_dir := $(BUILD)/report
endif

.PHONY: verify verify-full
# SHARD=K/N runs a part, which build/verify --merge puts together with the others; HOSTS=FILE runs all
# parts on the hosts in the file.
explore := $(if $(HOSTS),.ci/verify-on-hosts $(verifier) $(HOSTS),\
  $(verifier) --jobs $(JOBS) --report $(report_dir) $(SHARD:%=--shard %))
verify: $(verifier) $(HOSTS:%=deps-hosts) ## explore the locks exhaustively: the matrix; LOCK=path.hpp: your own lock
	$(Q)$(explore) $(tier_args) $(VERIFY_ARGS)
verify-full: $(verifier) $(HOSTS:%=deps-hosts) ## the same with larger programs and no time limit
	$(Q)$(explore) --full $(VERIFY_ARGS)

# Not among the tests: what it installs would start an SSH server on most machines.
.PHONY: scale-test
scale-test: $(BUILD)/verify | deps-scale ## the explorer on two hosts, one of which is lost half way
	$(Q)tests/scale/run

.PHONY: mutants museum docs
mutants: $(BUILD)/mutants ## the locks' operations done wrong, one by one: which check notices?
	$(Q)$(BUILD)/mutants --jobs $(JOBS) --report $(BUILD)/report $(MUTANTS_ARGS)
museum: $(BUILD)/museum ## bugs that shipped in real locks: each refuted, each repair holds
	$(Q)$(BUILD)/museum --jobs $(JOBS) --report $(BUILD)/report $(MUSEUM_ARGS)
docs: $(BUILD)/mutants $(BUILD)/museum ## write docs/mutants.md and docs/museum.md anew
	$(Q)$(BUILD)/mutants --jobs $(JOBS) --update && $(BUILD)/museum --jobs $(JOBS) --update

.PHONY: models
models: $(BUILD)/oracle | deps-models ## the specification in Spin and in Coq, and that it is the explorer's
	$(Q)JOBS=$(JOBS) models/run

.PHONY: conformance
conformance: $(BUILD)/conformance ## record the locks in real use; does the specification explain it?
	$(Q)$(BUILD)/conformance $(CONFORMANCE_ARGS)

.PHONY: test unit explorer-tests compile-tests package tsan $(sanitizers)
test: | deps-test ## all tests: unit, explorer, compile, package, sanitizers
	$(Q)MAKE="$(MAKE)" .ci/run-parts unit explorer-tests compile-tests package $(sanitizers)
unit: $(BUILD)/unit $(example_src:docs/examples/%.cpp=$(BUILD)/examples/%) ## unit tests, examples
	$(Q).ci/run-tests $^
explorer-tests: $(BUILD)/explorer_tests ## the explorer's own tests
	$(Q).ci/run-tests $^
compile-tests: | deps-compile ## what must compile, and what must not
	$(Q)JOBS=$(JOBS) .ci/run-compile-tests tests/compile
package: | deps-package ## build a user's project against the installed library
	$(Q)JOBS=$(JOBS) MAKE="$(MAKE)" .ci/run-package-tests tests/package
tsan: | deps-sanitizers ## unit and stress tests under ThreadSanitizer, g++ and clang++
	$(Q)MAKE="$(MAKE)" .ci/run-parts tsan-g++ tsan-clang++
asan: run-asan ## unit and stress tests under AddressSanitizer and UBSan
$(filter tsan%,$(sanitizers)): %: run-%

# ThreadSanitizer of these compilers cannot live with the address space randomisation of recent
# kernels.
$(sanitizers:%=run-%): unrandomised = $(shell setarch -R true 2>/dev/null && echo setarch -R)
define run_sanitized
.PHONY: run-$1
run-$1: $(BUILD)/$1/unit $(patsubst tests/stress/%.cpp,$(BUILD)/$1/%,$(stress_src))
	$$(Q)RUN_UNDER="$$(unrandomised)" .ci/run-tests $$^
endef
$(foreach s,$(sanitizers),$(eval $(call run_sanitized,$s)))

.PHONY: soak
soak: unrandomised = $(shell setarch -R true 2>/dev/null && echo setarch -R)
soak: $(sanitizers:%=$(BUILD)/%/crowd) ## all operations, 250 threads, a minute under each sanitizer
	$(Q)for crowd in $^; do \
	  echo "== $$crowd"; $(unrandomised) $$crowd --threads 250 --seconds 60 || exit 1; \
	done

.PHONY: bench
bench: $(BUILD)/bench ## benchmarks: a table, and build/bench.json (BENCH_ARGS=...)
	$(Q)$(BUILD)/bench --benchmark_out=$(BUILD)/bench.json $(BENCH_ARGS)

.PHONY: check check-format check-tidy check-headers check-layering
check: ## format, clang-tidy, each header alone, layering
	$(Q)$(MAKE) --keep-going check-format check-tidy check-headers check-layering

check-format: | deps-check
	$(call say,CHECK,format)
	$(Q)clang-format --dry-run -Werror $(formatted)

check-layering:
	$(call say,CHECK,layering)
	$(Q).ci/layering --self-test
	$(Q).ci/layering .

# One translation unit of all headers, so that clang-tidy reads each of them once.
check-tidy: $(BUILD)/tidy/done
$(BUILD)/tidy/done: $(headers) .clang-tidy | deps-check
	@mkdir -p $(@D)
	$(call say,CHECK,clang-tidy)
	@printf '#include <%s>\n' $(headers:lib/%=%) > $(@D)/all.cpp
	$(Q)clang-tidy --quiet --config-file=.clang-tidy $(@D)/all.cpp -- $(flags) > $(@D)/log 2>&1 \
	  || { cat $(@D)/log; false; }
	@touch $@

# Every header compiles alone, with both compilers.
check-headers: $(headers:%.hpp=$(BUILD)/headers/%.done)
$(BUILD)/headers/%.done: %.hpp | deps-check
	@mkdir -p $(@D)
	$(call say,CHECK,$<)
	$(Q)for compiler in g++ clang++; do \
	  echo '#include "$<"' | $$compiler $(flags) -MMD -MP -MF $(@:.done=.d) -MT $@ \
	    -fsyntax-only -x c++ - || exit 1; \
	done
	@touch $@
-include $(headers:%.hpp=$(BUILD)/headers/%.d)

.PHONY: format
format: | deps-check ## format all sources in place
	$(Q)clang-format -i $(formatted)

include_dir   = $(DESTDIR)$(PREFIX)/include
pkgconfig_dir = $(DESTDIR)$(PREFIX)/share/pkgconfig
cmake_dir     = $(DESTDIR)$(PREFIX)/share/cmake/rwl

# $(call configure,DIRECTORY,FILE)
configure = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' .ci/$2.in > $1/$2

.PHONY: install uninstall
install: ## install headers, pkg-config and CMake files below PREFIX (/usr/local)
	$(Q)for header in $(headers:lib/%=%); do \
	  install -D -m 644 lib/$$header $(include_dir)/$$header || exit 1; \
	done
	$(Q)install -d $(pkgconfig_dir) $(cmake_dir)
	$(Q)$(call configure,$(pkgconfig_dir),rwl.pc)
	$(Q)$(call configure,$(cmake_dir),rwlConfig.cmake)
	$(Q)$(call configure,$(cmake_dir),rwlConfigVersion.cmake)
uninstall: ## remove what install put there
	$(Q)rm -rf $(include_dir)/rwl $(cmake_dir) $(pkgconfig_dir)/rwl.pc

.PHONY: clean
clean: ## remove build/
	$(Q)rm -rf $(BUILD)

.PHONY: FORCE
FORCE:
