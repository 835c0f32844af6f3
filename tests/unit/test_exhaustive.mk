# SPDX-License-Identifier: GPL-2.0-only
# All of it takes minutes with sanitizers: they go to the sample.
oracle := oracle_load oracle_judge oracle_gates oracle_cases oracle_exhaustive
test_exhaustive-src := $(oracle:%=tests/unit/%.c) $(patsubst %,src/%.c,audited inspect policy tunnel)
test_exhaustive-flags := -DORACLE_TABLES='"$(here)"' -O2 -fno-sanitize=all

$(out)/test_exhaustive: $(out)/vendor_test.o
