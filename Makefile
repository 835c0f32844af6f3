# SPDX-License-Identifier: GPL-2.0-only
# Builds the module cxl_switch_cci. `make help` lists the targets.
KDIR ?= /lib/modules/$(shell uname -r)/build
KBUILD = $(MAKE) -C $(KDIR) M=$(CURDIR)/src

module:
	$(KBUILD) modules

install: module
	$(KBUILD) modules_install

clean:
	$(KBUILD) clean

FUZZ_SECONDS ?= 60
fuzz:
	scripts/in-root --set check -- $(MAKE) -k -j2 -C tests/fuzz run SECONDS_EACH=$(FUZZ_SECONDS)

coverage-unit:
	scripts/in-root --set check -- tests/unit/coverage

IOCTLS ?= 1000000
COMMANDS ?= 100000
KERNEL ?= 7.2
fuzz-guest:
	scripts/fuzz-guest --ioctls $(IOCTLS) --commands $(COMMANDS) --kernel $(KERNEL) $(if $(SEED),--seed $(SEED))

SOAK_CYCLES ?= 500
soak:
	scripts/soak --cycles $(SOAK_CYCLES)

JOBS ?= 2
check-debug:
	scripts/check --only debug --jobs $(JOBS)

coverage:
	scripts/coverage

bench:
	tests/bench/run

check-build:
	scripts/build-matrix

deb:
	scripts/build-packages

check-packages:
	scripts/check-packages

help:
	@echo 'make [KDIR=...]     build src/cxl_switch_cci.ko, for the running kernel or KDIR'
	@echo 'make install        install it where modprobe finds it (as root)'
	@echo 'make clean          remove the build products of the module'
	@echo 'make -C tools       build the tool, build/tools/cxl-switch'
	@echo 'scripts/demo        run a switch, the module and the tool in a virtual machine'
	@echo 'scripts/check       run all tests except the long ones: costs, debug kernel, coverage'
	@echo 'make fuzz           run libFuzzer on the pure files: FUZZ_SECONDS= for each target'
	@echo 'make fuzz-guest     fuzz ioctls and a device in a guest: IOCTLS=, COMMANDS=, KERNEL=, SEED='
	@echo 'make soak           repeat resets, removals, errors, sleeps and faults in guests: SOAK_CYCLES='
	@echo 'make bench          measure the cost of commands: build/bench/table.md and figures.json'
	@echo 'make check-build    build the module for every kernel and architecture of scripts/matrix/kernels'
	@echo 'make deb            build the Debian packages in build/deb/'
	@echo 'make check-packages build, install, upgrade and remove the packages in a clean chroot'
	@echo 'make coverage-unit  measure how much of the pure files the unit programs cover'
	@echo 'make coverage       measure how much of all files the guest programs cover'
	@echo 'make check-debug    build a kernel with KASAN, lockdep and kmemleak, and run the guest tests on it: JOBS='

.PHONY: module install clean fuzz fuzz-guest coverage coverage-unit bench soak check-debug check-build deb check-packages help
