# SPDX-License-Identifier: GPL-2.0-only
# The whole tool; test_tool_run.h brings main.c in. No device is opened, and time is the test's.
test_tool_errors-archives := $(out)/libtool.a
test_tool_errors-flags := -I$(top)/tools $(shell pkg-config --cflags json-c libpci)
test_tool_errors-libs := -Wl,--wrap=now_ms,--wrap=poll,--wrap=device_open,--wrap=devices_find -ljson-c -lpci
