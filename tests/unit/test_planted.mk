# SPDX-License-Identifier: GPL-2.0-only
test_planted-flags := -DPLANT_ERRORS='"$(here)/plant-errors"'
