# SPDX-License-Identifier: GPL-2.0-only
# The checks and what they look at; libpci for the bus, nothing that prints.
test_tool_doctor-src := tools/doctor.c tools/doctor_list.c tools/doctor_module.c tools/doctor_refusal.c
test_tool_doctor-src += tools/doctor_keys.c tools/module_file.c tools/kernel_log.c tools/pcibus.c tools/device.c
test_tool_doctor-src += tools/transport.c tools/patience.c tools/frame.c
test_tool_doctor-src += tools/gates.c tools/names.c tools/parse.c tools/failure.c
test_tool_doctor-flags := -I$(top)/tools $(shell pkg-config --cflags libpci)
test_tool_doctor-libs := -Wl,--wrap=posix_spawn,--wrap=poll -lpci
