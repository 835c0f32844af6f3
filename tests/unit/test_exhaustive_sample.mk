# SPDX-License-Identifier: GPL-2.0-only
test_exhaustive_sample-src := $(test_exhaustive-src)
test_exhaustive_sample-flags = -DORACLE_TABLES='"$(here)"' $(vendor_rows)
