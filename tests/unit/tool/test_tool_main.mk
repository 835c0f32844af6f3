# SPDX-License-Identifier: GPL-2.0-only
# The whole tool; test_tool_main.c brings main.c in.
test_tool_main-archives := $(out)/libtool.a
test_tool_main-flags := -I$(top)/tools -DMANUAL='"$(top)/Documentation/cxl-switch.1.scd"'
test_tool_main-flags += -DCOMPLETION='"$(top)/packaging/bash-completion/cxl-switch"'
test_tool_main-flags += $(shell pkg-config --cflags json-c libpci)
test_tool_main-libs := -ljson-c -lpci
