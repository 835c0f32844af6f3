# SPDX-License-Identifier: GPL-2.0-only
# Single verbs, and what they stand on.
test_tool_explain-src := $(addprefix tools/,verb_explain.c verb_destinations.c verb_info.c verb_logs.c verb_cel.c request.c targets.c)
test_tool_explain-src += $(addprefix tools/,session.c cci.c device.c transport.c patience.c frame.c gates.c names.c parse.c output.c failure.c)
test_tool_explain-flags := -I$(top)/tools $(shell pkg-config --cflags json-c)
test_tool_explain-libs := -ljson-c
