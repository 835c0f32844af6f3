/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CCI opcodes and return codes that the driver itself sends or acts on.
 * CXL 3.1 table 8-37 and 7.6.7; the full list of what is known is audited.c.
 */
#ifndef CCI_OPCODES_H
#define CCI_OPCODES_H

#define CCI_OP_IDENTIFY			0x0001
#define CCI_OP_GET_RESPONSE_LIMIT	0x0003
#define CCI_OP_GET_SUPPORTED_LOGS	0x0400
#define CCI_OP_GET_LOG			0x0401
#define CCI_OP_GET_SUPPORTED_FEATURES	0x0500
#define CCI_OP_SET_FEATURE		0x0502
#define CCI_OP_TUNNEL			0x5300

#define CCI_RC_SUCCESS			0x0000
#define CCI_RC_BACKGROUND_STARTED	0x0001
#define CCI_RC_RETRY_REQUIRED		0x0005
#define CCI_RC_BUSY			0x0006

#define CCI_IDENTIFY_LENGTH		0x12
#define CCI_GET_LOG_LENGTH		0x18

#endif /* CCI_OPCODES_H */
