# SPDX-License-Identifier: GPL-2.0-only
# One command to one destination; nothing that decodes or prints.
test_tool_transport-src := tools/transport.c tools/patience.c tools/frame.c tools/gates.c tools/names.c tools/failure.c
test_tool_transport-flags := -I$(top)/tools
