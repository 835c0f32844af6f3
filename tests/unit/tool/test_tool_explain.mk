# SPDX-License-Identifier: GPL-2.0-only
# Single verbs, and what they stand on.
test_tool_explain-src := tools/verbs/explain.c tools/verbs/destinations.c tools/verbs/info.c tools/verbs/logs.c tools/verbs/cel.c tools/cli/request.c tools/cli/targets.c
test_tool_explain-src += tools/cli/session.c tools/cci/cci.c tools/cci/device.c tools/cci/transport.c tools/cli/patience.c tools/cci/frame.c tools/cci/gates.c tools/cci/names.c tools/cci/parse.c tools/cli/output.c tools/cci/failure.c
test_tool_explain-flags := -I$(top)/tools $(shell pkg-config --cflags json-c)
test_tool_explain-libs := -ljson-c
