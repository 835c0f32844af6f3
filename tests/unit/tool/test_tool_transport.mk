# SPDX-License-Identifier: GPL-2.0-only
# One command to one destination; nothing that decodes or prints.
test_tool_transport-src := tools/cci/transport.c tools/cci/frame.c tools/cci/gates.c tools/cci/names.c tools/cci/failure.c
test_tool_transport-flags := -I$(top)/tools
