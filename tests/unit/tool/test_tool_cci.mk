# SPDX-License-Identifier: GPL-2.0-only
# What asks and decodes, and what that sends with; nothing that prints.
test_tool_cci-src := tools/cci/cci.c tools/cci/transport.c tools/cci/frame.c tools/cci/gates.c tools/cci/names.c tools/cci/failure.c
test_tool_cci-flags := -I$(top)/tools
