# SPDX-License-Identifier: GPL-2.0-only
# Where the script is that it runs.
fuzz_vendor_csv-flags := -DVENDOR_AWK='"$(top)/src/policy/vendor.awk"'
