# SPDX-License-Identifier: GPL-2.0-only
# The checks and what they look at; libpci for the bus, nothing that prints.
test_tool_doctor-src := tools/doctor.c tools/pcibus.c tools/device.c tools/transport.c tools/patience.c tools/frame.c
test_tool_doctor-src += tools/gates.c tools/names.c tools/parse.c tools/failure.c
test_tool_doctor-flags := -I$(top)/tools $(shell pkg-config --cflags libpci)
test_tool_doctor-libs := -lpci
