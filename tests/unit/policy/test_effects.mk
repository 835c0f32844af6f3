# SPDX-License-Identifier: GPL-2.0-only
# It replaces the module's vendor rows, so the files that use them are compiled for it.
test_effects-src := src/policy/audited.c src/policy/inspect.c src/policy/policy.c src/policy/cel.c tests/unit/policy/oracle_vendor.c
test_effects-flags = $(vendor_rows)
