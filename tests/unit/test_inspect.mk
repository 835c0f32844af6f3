# SPDX-License-Identifier: GPL-2.0-only
test_inspect-src := src/audited.c src/inspect.c tests/unit/oracle_vendor.c
test_inspect-flags = $(vendor_rows)
