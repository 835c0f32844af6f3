# SPDX-License-Identifier: GPL-2.0-only
test_tool_doctor-src := $(addprefix tools/,doctor.c pcibus.c device.c transport.c frame.c names.c parse.c failure.c)
test_tool_doctor-flags := -I$(top)/tools $(shell pkg-config --cflags libpci)
test_tool_doctor-libs := -lpci
