# SPDX-License-Identifier: GPL-2.0-only
test_inspect-src := src/audited.c src/inspect.c

$(out)/test_inspect: $(out)/vendor_test.o
