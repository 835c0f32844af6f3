/* SPDX-License-Identifier: GPL-2.0-only */
/* Host stand-in: see shim.h. */
#include "shim.h"
