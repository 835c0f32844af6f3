// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vendor rows of tests in place of the module's: what vendor.awk makes of
 * vendor_test.csv. A source of its own, so that it is linked before the pure
 * files' archive.
 */
#include VENDOR_ROWS
