# SPDX-License-Identifier: GPL-2.0-only
# The whole tool but its main().
test_tool_verbs-archives := $(out)/libtool.a
test_tool_verbs-flags := -I$(top)/tools $(shell pkg-config --cflags json-c libpci)
test_tool_verbs-libs := -ljson-c -lpci
