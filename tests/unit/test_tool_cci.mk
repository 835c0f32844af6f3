# SPDX-License-Identifier: GPL-2.0-only
# What asks and decodes, and what that sends with; nothing that prints.
test_tool_cci-src := tools/cci.c tools/transport.c tools/patience.c tools/frame.c tools/gates.c tools/names.c tools/failure.c
test_tool_cci-flags := -I$(top)/tools
