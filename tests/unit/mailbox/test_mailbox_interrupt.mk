# SPDX-License-Identifier: GPL-2.0-only
# The real mailbox; what it calls to go to sleep is called through the test.
test_mailbox_interrupt-src = $(mailbox_sources)
test_mailbox_interrupt-flags = $(mailbox_flags)
test_mailbox_interrupt-libs := -Wl,--wrap=prepare_to_wait,--wrap=schedule_hrtimeout_range
