# SPDX-License-Identifier: GPL-2.0-only
# The sources of test_exhaustive, with sanitizers.
test_exhaustive_sample-src := $(test_exhaustive-src)
test_exhaustive_sample-flags = -DORACLE_TABLES='"$(here)/policy"' $(vendor_rows)
