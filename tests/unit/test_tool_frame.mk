# SPDX-License-Identifier: GPL-2.0-only
test_tool_frame-src := tools/frame.c
test_tool_frame-flags := -I$(top)/tools
