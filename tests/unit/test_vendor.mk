# SPDX-License-Identifier: GPL-2.0-only
# The vendor rows of these tests are not those of the module. Their object comes before the archive of the pure files.
.DEFAULT_GOAL := all

$(out)/vendor_test.c: $(here)/vendor_test.csv $(top)/src/vendor.awk
	@mkdir -p $(@D)
	awk -f $(top)/src/vendor.awk $(here)/vendor_test.csv >$@.new
	mv $@.new $@

$(out)/vendor_test.o: $(out)/vendor_test.c
	$(CC) $(CFLAGS) $(includes) -c -o $@ $<

test_vendor-src := $(patsubst %,src/%.c,audited inspect policy cel)
test_vendor-flags := -DVENDOR_AWK='"$(top)/src/vendor.awk"' -DMODULE_SOURCES='"$(top)/src"' -DCOMPILER='"$(CC)"'

$(out)/test_vendor: $(out)/vendor_test.o
