# SPDX-License-Identifier: GPL-2.0-only
# It replaces the module's vendor rows, so audited.c is compiled for it.
test_inspect-src := src/policy/audited.c src/policy/inspect.c tests/unit/policy/oracle_vendor.c
test_inspect-flags = $(vendor_rows)
