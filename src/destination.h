/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who answers behind a path: identity and effects. Asks over the mailbox in
 * turns of its own, with buffers of its own.
 */
#ifndef CCI_DESTINATION_H
#define CCI_DESTINATION_H

struct cci_device;

int destination_self(struct cci_device *cci);

#endif /* CCI_DESTINATION_H */
