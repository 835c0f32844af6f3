# SPDX-License-Identifier: GPL-2.0-only
# The whole tool but its main(); time is the test's.
test_tool_events-archives := $(out)/libtool.a
test_tool_events-flags := -I$(top)/tools $(shell pkg-config --cflags json-c libpci)
test_tool_events-libs := -Wl,--wrap=now_ms,--wrap=poll -ljson-c -lpci
