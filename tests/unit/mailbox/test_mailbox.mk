# SPDX-License-Identifier: GPL-2.0-only
# The real mailbox on threads: see mailbox_bench.h and shim/shim.h.
mailbox_sources := src/mailbox/mailbox.c src/mailbox/answer.c
mailbox_sources += $(addprefix tests/unit/,mailbox/mailbox_bench.c mailbox/fake_registers.c shim/shim.c)
mailbox_flags := -I$(here)/shim

test_mailbox-src := $(mailbox_sources)
test_mailbox-flags := $(mailbox_flags)
test_mailbox_turns-src := $(mailbox_sources)
test_mailbox_turns-flags := $(mailbox_flags)
test_mailbox_life-src := $(mailbox_sources)
test_mailbox_life-flags := $(mailbox_flags)
test_mailbox_long-src := $(mailbox_sources)
test_mailbox_long-flags := $(mailbox_flags)
test_mailbox_late-src := $(mailbox_sources)
test_mailbox_late-flags := $(mailbox_flags)
test_mailbox_gone-src := $(mailbox_sources)
test_mailbox_gone-flags := $(mailbox_flags)
test_mailbox_wait-src := $(mailbox_sources)
test_mailbox_wait-flags := $(mailbox_flags)
test_mailbox_stress-src := $(mailbox_sources)
test_mailbox_stress-flags := $(mailbox_flags)
test_mailbox_halves-src := $(mailbox_sources)
test_mailbox_halves-flags := $(mailbox_flags) -DSHIM_32BIT
