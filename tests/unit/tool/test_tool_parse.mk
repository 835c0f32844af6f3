# SPDX-License-Identifier: GPL-2.0-only
# Pure: two files.
test_tool_parse-src := tools/cci/parse.c tools/cci/names.c
test_tool_parse-flags := -I$(top)/tools
