/* SPDX-License-Identifier: GPL-2.0-only */
/* Host stand-in: see shim.h. The C library wants the system's own too. */
#include_next <linux/wait.h>
#include "shim.h"
