# SPDX-License-Identifier: GPL-2.0-only
# The vendor rows of these tests are not those of the module: they list tests/unit/oracle_vendor.c and $(vendor_rows).
.DEFAULT_GOAL := all
vendor_rows := -DVENDOR_ROWS='"$(out)/vendor_test.c"'

$(out)/vendor_test.c: $(here)/vendor_test.csv $(top)/src/vendor.awk
	@mkdir -p $(@D)
	awk -f $(top)/src/vendor.awk $(here)/vendor_test.csv >$@.new
	mv $@.new $@

$(patsubst %,$(out)/test_%.d/tests/unit/oracle_vendor.o,vendor inspect weigh exhaustive exhaustive_sample): \
	$(out)/vendor_test.c

test_vendor-src := $(patsubst %,src/%.c,audited inspect policy cel) tests/unit/oracle_vendor.c
test_vendor-flags := -DVENDOR_AWK='"$(top)/src/vendor.awk"' -DMODULE_SOURCES='"$(top)/src"' -DCOMPILER='"$(CC)"' $(vendor_rows)
