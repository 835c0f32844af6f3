# SPDX-License-Identifier: GPL-2.0-only
# Vendor rows of the test in place of the module's, so what looks at them is compiled for it.
test_weigh-src := $(patsubst %,src/%.c,audited inspect policy cel) tests/unit/oracle_vendor.c
test_weigh-flags = $(vendor_rows)
