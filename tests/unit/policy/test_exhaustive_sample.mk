# SPDX-License-Identifier: GPL-2.0-only
# The same sources as test_exhaustive, with the sanitizers that are left away there.
test_exhaustive_sample-src := $(test_exhaustive-src)
test_exhaustive_sample-flags = -DORACLE_TABLES='"$(here)/policy"' $(vendor_rows)
