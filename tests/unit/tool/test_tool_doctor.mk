# SPDX-License-Identifier: GPL-2.0-only
# The checks and what they look at; libpci for the bus, nothing that prints.
doctor_sources := tools/doctor/doctor.c tools/doctor/doctor_list.c tools/doctor/doctor_module.c tools/doctor/doctor_refusal.c tools/doctor/doctor_keys.c tools/doctor/module_file.c
doctor_sources += tools/doctor/kernel_log.c tools/doctor/pcibus.c tools/cci/device.c tools/cci/transport.c tools/cci/frame.c tools/cci/gates.c tools/cci/names.c tools/cci/parse.c tools/cci/failure.c
doctor_sources += tests/unit/tool/doctor_root.c tests/unit/tool/fake_root.c
doctor_flags := -I$(top)/tools $(shell pkg-config --cflags libpci)

test_tool_doctor-src := $(doctor_sources)
test_tool_doctor-flags := $(doctor_flags)
test_tool_doctor-libs := -lpci
test_tool_doctor_module-src := $(doctor_sources)
test_tool_doctor_module-flags := $(doctor_flags)
test_tool_doctor_module-libs := -Wl,--wrap=posix_spawn,--wrap=poll -lpci
