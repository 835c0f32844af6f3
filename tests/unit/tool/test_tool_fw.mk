# SPDX-License-Identifier: GPL-2.0-only
# The whole tool but its main(); time is the test's.
test_tool_fw-archives := $(out)/libtool.a
test_tool_fw-flags := -I$(top)/tools $(shell pkg-config --cflags json-c libpci)
test_tool_fw-libs := -Wl,--wrap=now_ms,--wrap=poll -ljson-c -lpci
