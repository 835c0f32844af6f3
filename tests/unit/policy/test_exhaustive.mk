# SPDX-License-Identifier: GPL-2.0-only
# With sanitizers it takes minutes, so only the sample has them.
oracle := $(patsubst %,tests/unit/policy/oracle_%.c,load judge gates cases exhaustive vendor)
test_exhaustive-src := $(oracle) src/policy/audited.c src/policy/inspect.c src/policy/policy.c src/policy/tunnel.c
test_exhaustive-flags = -DORACLE_TABLES='"$(here)/policy"' $(vendor_rows) -O2 -fno-sanitize=all
