# SPDX-License-Identifier: GPL-2.0-only
test_weigh-src := $(patsubst %,src/%.c,audited inspect policy cel)

$(out)/test_weigh: $(out)/vendor_test.o
