# SPDX-License-Identifier: GPL-2.0-only
# The vendor rows of these tests are not those of the module: they list tests/unit/policy/oracle_vendor.c and $(vendor_rows).
.DEFAULT_GOAL := all
vendor_rows := -DVENDOR_ROWS='"$(out)/vendor_test.c"'

$(out)/vendor_test.c: $(here)/policy/vendor_test.csv $(top)/src/policy/vendor.awk
	@mkdir -p $(@D)
	awk -f $(top)/src/policy/vendor.awk $(here)/policy/vendor_test.csv >$@.new
	mv $@.new $@

$(patsubst %,$(out)/test_%.d/tests/unit/policy/oracle_vendor.o,vendor inspect effects exhaustive exhaustive_sample): \
	$(out)/vendor_test.c

test_vendor-src := src/policy/audited.c src/policy/inspect.c src/policy/policy.c src/policy/cel.c tests/unit/policy/oracle_vendor.c
test_vendor-flags := -DVENDOR_AWK='"$(top)/src/policy/vendor.awk"' -DMODULE_SOURCES='"$(top)/src"' -DCOMPILER='"$(CC)"' $(vendor_rows)
