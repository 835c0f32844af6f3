# SPDX-License-Identifier: GPL-2.0-only
test_tool_verbs-src := $(addprefix tools/,verb_info.c verb_ports.c verb_logs.c verb_cel.c verb_raw.c request.c targets.c)
test_tool_verbs-src += $(addprefix tools/,session.c cci.c device.c transport.c frame.c gates.c names.c parse.c output.c failure.c)
test_tool_verbs-flags := -I$(top)/tools $(shell pkg-config --cflags json-c)
test_tool_verbs-libs := -ljson-c
