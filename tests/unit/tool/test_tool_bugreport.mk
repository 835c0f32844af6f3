# SPDX-License-Identifier: GPL-2.0-only
# test_tool_bugreport.c brings verb_bugreport.c in.
test_tool_bugreport-src := tests/unit/tool/fake_root.c
test_tool_bugreport-archives := $(out)/libtool.a
test_tool_bugreport-flags := -I$(top)/tools $(shell pkg-config --cflags json-c libpci)
test_tool_bugreport-libs := -ljson-c -lpci
