# SPDX-License-Identifier: GPL-2.0-only
# The checks and what they look at; libpci for the bus, nothing that prints.
doctor_sources := $(patsubst %,tools/%.c,doctor doctor_list doctor_module doctor_refusal doctor_keys module_file)
doctor_sources += $(patsubst %,tools/%.c,kernel_log pcibus device transport patience frame gates names parse failure)
doctor_sources += tests/unit/doctor_root.c tests/unit/fake_root.c
doctor_flags := -I$(top)/tools $(shell pkg-config --cflags libpci)

test_tool_doctor-src := $(doctor_sources)
test_tool_doctor-flags := $(doctor_flags)
test_tool_doctor-libs := -lpci
test_tool_doctor_module-src := $(doctor_sources)
test_tool_doctor_module-flags := $(doctor_flags)
test_tool_doctor_module-libs := -Wl,--wrap=posix_spawn,--wrap=poll -lpci
