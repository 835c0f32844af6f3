# SPDX-License-Identifier: GPL-2.0-only
# Pure: one file.
test_tool_frame-src := tools/cci/frame.c
test_tool_frame-flags := -I$(top)/tools
