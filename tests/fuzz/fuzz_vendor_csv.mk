# SPDX-License-Identifier: GPL-2.0-only
fuzz_vendor_csv-flags := -DVENDOR_AWK='"$(top)/src/vendor.awk"'
