# SPDX-License-Identifier: GPL-2.0-only
# Vendor rows of the test in place of the module's, so what looks at them is compiled for it.
test_effects-src := src/policy/audited.c src/policy/inspect.c src/policy/policy.c src/policy/cel.c tests/unit/policy/oracle_vendor.c
test_effects-flags = $(vendor_rows)
