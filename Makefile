# SPDX-License-Identifier: GPL-2.0-only
# cxl_switch_cci: the module. `make help` says what there is.
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
	@echo 'make clean          remove what was built'
	@echo 'make -C tools       build the tool, build/tools/cxl-switch'
	@echo 'scripts/demo        a switch, the module and the tool in a virtual machine'
	@echo 'scripts/check       all tests but what takes long: costs, the debug kernel, coverage'
	@echo 'make fuzz           libFuzzer on the pure files: FUZZ_SECONDS= for each target'
	@echo 'make fuzz-guest     hostile users and a hostile device in a guest: IOCTLS=, COMMANDS=, KERNEL=, SEED='
	@echo 'make soak           resets, removals, errors, sleeps and faults in guests: SOAK_CYCLES= times'
	@echo 'make bench          what commands cost: build/bench/table.md and figures.json'
	@echo 'make check-build    the module for every kernel and architecture of scripts/matrix/kernels'
	@echo 'make deb            the Debian packages, build/deb/'
	@echo 'make check-packages build, install, upgrade and remove them in a clean chroot'
	@echo 'make coverage-unit  what the unit programs reach of the pure files'
	@echo 'make coverage       what the guest programs reach of all files'
	@echo 'make check-debug    guest tests on a kernel with KASAN, lockdep, kmemleak, which it builds first: JOBS='

.PHONY: module install clean fuzz fuzz-guest coverage coverage-unit bench soak check-debug check-build deb check-packages help
