# SPDX-License-Identifier: GPL-2.0-only
test_weigh-src := $(patsubst %,src/%.c,audited inspect policy cel) tests/unit/oracle_vendor.c
test_weigh-flags = $(vendor_rows)
