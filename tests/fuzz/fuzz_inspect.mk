# SPDX-License-Identifier: GPL-2.0-only
# The unit tests' oracle, and where its tables are.
fuzz_inspect-src := $(patsubst %,$(top)/tests/unit/policy/oracle_%.c,load judge gates)
fuzz_inspect-flags := -I$(top)/tests/unit/policy -DORACLE_TABLES='"$(top)/tests/unit/policy"'
