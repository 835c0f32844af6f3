# SPDX-License-Identifier: GPL-2.0-only
# It runs the script.
test_planted-flags := -DPLANT_ERRORS='"$(here)/plant-errors"'
