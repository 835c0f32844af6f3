/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CCI opcodes that the driver itself sends or acts on, and their return codes.
 * CXL 3.1 table 8-37 and 7.6.7. policy/audited.c lists all known commands and what
 * they do.
 */
#ifndef CCI_OPCODES_H
#define CCI_OPCODES_H

#define CCI_OP_IDENTIFY			0x0001
#define CCI_OP_BACKGROUND_STATUS	0x0002
#define CCI_OP_GET_RESPONSE_LIMIT	0x0003
#define CCI_OP_ABORT_BACKGROUND		0x0005
#define CCI_OP_CLEAR_EVENTS		0x0101
#define CCI_OP_TRANSFER_FIRMWARE	0x0201
#define CCI_OP_GET_SUPPORTED_LOGS	0x0400
#define CCI_OP_GET_LOG			0x0401
#define CCI_OP_GET_SUPPORTED_FEATURES	0x0500
#define CCI_OP_SET_FEATURE		0x0502
#define CCI_OP_IDENTIFY_SWITCH		0x5100
#define CCI_OP_BIND			0x5201
#define CCI_OP_UNBIND			0x5202
#define CCI_OP_TUNNEL			0x5300
#define CCI_OP_GET_LD_INFO		0x5400

#define CCI_RC_SUCCESS			0x0000
#define CCI_RC_BACKGROUND_STARTED	0x0001
#define CCI_RC_UNSUPPORTED		0x0003
#define CCI_RC_RETRY_REQUIRED		0x0005
#define CCI_RC_BUSY			0x0006
#define CCI_RC_ABORTED			0x0012
#define CCI_RC_UNSUPPORTED_CCI		0x0015

#define CCI_IDENTIFY_LENGTH		0x12
#define CCI_GET_LOG_LENGTH		0x18

#endif /* CCI_OPCODES_H */
