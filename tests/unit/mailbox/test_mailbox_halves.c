// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same as test_mailbox.c on a machine without 64-bit accesses: test_mailbox.mk
 * builds all of it with SHIM_32BIT. Each wide register is two halves, low first.
 */
#include "test_mailbox.c"
