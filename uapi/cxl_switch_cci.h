/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The driver's own ioctls on /dev/cxl/switchN, a CXL Switch Mailbox CCI.
 *
 * The same node supports CXL_MEM_QUERY_COMMANDS and CXL_MEM_SEND_COMMAND of
 * <linux/cxl_mem.h>; Documentation/ABI/ioctl.md lists the differences. Start with
 * Documentation/guide.md.
 *
 * The argument of each ioctl is the address of its structure. Fields of these
 * structures are in the processor's byte order and have the same layout for 32- and
 * 64-bit programs; addresses are cast to 64 bits. Payloads are in the byte order of
 * the CXL specification, little-endian. Any thread may call; requests on one open
 * file are served one at a time.
 *
 * Every structure below starts with its own size. The caller sets @size to
 * sizeof() of the structure it was compiled with, and the fields it does not use to
 * zero. The kernel reads that many bytes, treats missing fields as zero, and writes
 * its own size back. It ignores the input value of fields marked "out". Every ioctl
 * can fail with these errors and then writes nothing back (but see SEND):
 *
 *   E2BIG   the caller's structure is larger than the kernel's, and a byte
 *           beyond the kernel's size is not zero
 *   EINVAL  @size is below the first published version of the structure, or
 *           an unknown flag or a reserved field is not zero
 *   EFAULT  the structure is not readable, or the result is not writable
 *   ENOTTY  this module does not have the ioctl
 *   ENODEV  the device was removed, or its driver unbound; the file can only be
 *           closed. INFO still works, and read() first returns what is queued.
 *           Until the removal, a function that does not answer causes EIO and EBUSY
 *   EBADF   not an open file of this node, or opened with O_PATH
 *
 * New fields are added at the end; zero in them keeps the old behavior. INFO's
 * @features shows which ioctls and fields exist; no version number does.
 */
#ifndef _UAPI_CXL_SWITCH_CCI_H
#define _UAPI_CXL_SWITCH_CCI_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define CXL_SWITCH_CCI_MAGIC	0xC5

#define CXL_SWITCH_CCI_INFO	_IO(CXL_SWITCH_CCI_MAGIC, 0x00)
#define CXL_SWITCH_CCI_SEND	_IO(CXL_SWITCH_CCI_MAGIC, 0x01)
#define CXL_SWITCH_CCI_EXPLAIN	_IO(CXL_SWITCH_CCI_MAGIC, 0x02)
#define CXL_SWITCH_CCI_RESTRICT	_IO(CXL_SWITCH_CCI_MAGIC, 0x03)
#define CXL_SWITCH_CCI_DESTINATIONS	_IO(CXL_SWITCH_CCI_MAGIC, 0x04)
#define CXL_SWITCH_CCI_BG_STATUS	_IO(CXL_SWITCH_CCI_MAGIC, 0x05)
#define CXL_SWITCH_CCI_BG_CANCEL	_IO(CXL_SWITCH_CCI_MAGIC, 0x06)
#define CXL_SWITCH_CCI_BG_ADOPT	_IO(CXL_SWITCH_CCI_MAGIC, 0x07)
#define CXL_SWITCH_CCI_SUBSCRIBE	_IO(CXL_SWITCH_CCI_MAGIC, 0x08)
#define CXL_SWITCH_CCI_RECENT	_IO(CXL_SWITCH_CCI_MAGIC, 0x09)

/* INFO features: a bit for each ioctl or behavior that the module supports. */
#define CXL_SWITCH_CCI_FEATURE_SEND		(1ULL << 0)
#define CXL_SWITCH_CCI_FEATURE_EXPLAIN		(1ULL << 1)
#define CXL_SWITCH_CCI_FEATURE_RESTRICT		(1ULL << 2)
#define CXL_SWITCH_CCI_FEATURE_DESTINATIONS	(1ULL << 3)
/* Commands above QUERY are judged and, where allowed, sent. */
#define CXL_SWITCH_CCI_FEATURE_CHANGES		(1ULL << 4)
/* Background operations are followed: SEND's cookie, BG_STATUS, BG_CANCEL, BG_ADOPT. */
#define CXL_SWITCH_CCI_FEATURE_BACKGROUND	(1ULL << 5)
/* SUBSCRIBE, read() and poll(). */
#define CXL_SWITCH_CCI_FEATURE_NOTICES		(1ULL << 6)
#define CXL_SWITCH_CCI_FEATURE_RECENT		(1ULL << 7)
/* A transfer of firmware or of a feature belongs to the file that initiated it. */
#define CXL_SWITCH_CCI_FEATURE_TRANSFERS	(1ULL << 8)

/**
 * enum cxl_switch_cci_state - whether the function serves commands
 * @CXL_SWITCH_CCI_STATE_READY: commands are served
 * @CXL_SWITCH_CCI_STATE_STUCK: a command exceeded the device time; sends fail
 *	with EBUSY until the device answers or the function is reset
 * @CXL_SWITCH_CCI_STATE_RESETTING: a reset, an error recovery or a suspend is in
 *	progress; sends fail with EBUSY
 * @CXL_SWITCH_CCI_STATE_GONE: the driver was unbound or the device removed
 */
enum cxl_switch_cci_state {
	CXL_SWITCH_CCI_STATE_READY = 0,
	CXL_SWITCH_CCI_STATE_STUCK = 1,
	CXL_SWITCH_CCI_STATE_RESETTING = 2,
	CXL_SWITCH_CCI_STATE_GONE = 3,
};

/**
 * enum cxl_switch_cci_interrupt - how the driver detects completions
 * @CXL_SWITCH_CCI_INTERRUPT_NONE: by polling
 * @CXL_SWITCH_CCI_INTERRUPT_MSI: MSI
 * @CXL_SWITCH_CCI_INTERRUPT_MSIX: MSI-X
 */
enum cxl_switch_cci_interrupt {
	CXL_SWITCH_CCI_INTERRUPT_NONE = 0,
	CXL_SWITCH_CCI_INTERRUPT_MSI = 1,
	CXL_SWITCH_CCI_INTERRUPT_MSIX = 2,
};

/* Component type as Identify (opcode 0001h) returns it; CXL 3.1 8.2.9.1.1. */
#define CXL_SWITCH_CCI_COMPONENT_SWITCH		0x00
#define CXL_SWITCH_CCI_COMPONENT_TYPE3		0x03
#define CXL_SWITCH_CCI_COMPONENT_GFD		0x04
#define CXL_SWITCH_CCI_COMPONENT_UNKNOWN	0xFF	/* no usable answer to Identify */

/* INFO settings: those in force. */
#define CXL_SWITCH_CCI_SETTING_STRICT		(1U << 0)	/* protection=strict */
#define CXL_SWITCH_CCI_SETTING_RAW_COMMANDS	(1U << 1)	/* raw_commands=1 */
#define CXL_SWITCH_CCI_SETTING_RAW_WINDOW	(1U << 2)	/* raw_window is open */

/* INFO build_keys: commands that this build sends under kernel lockdown. */
#define CXL_SWITCH_CCI_KEY_FABRIC_MANAGER_NO_LOCKDOWN	(1U << 0)
#define CXL_SWITCH_CCI_KEY_VENDOR_RAW_NO_LOCKDOWN	(1U << 1)

/**
 * enum cxl_switch_cci_source - how the function's component type is known
 * @CXL_SWITCH_CCI_SOURCE_NONE: it is not known (yet)
 * @CXL_SWITCH_CCI_SOURCE_IDENTIFY: by its answer to Identify
 * @CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG: by its Command Effects Log: only a switch
 *	lists 5100h, and a device with LDs lists 5400h without 5100h. A mailbox
 *	need not implement Identify (CXL 3.1 table 8-37)
 * @CXL_SWITCH_CCI_SOURCE_SIBLING: an upstream switch port is another function of
 *	the same PCI device
 */
enum cxl_switch_cci_source {
	CXL_SWITCH_CCI_SOURCE_NONE = 0,
	CXL_SWITCH_CCI_SOURCE_IDENTIFY = 1,
	CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG = 2,
	CXL_SWITCH_CCI_SOURCE_SIBLING = 3,
};

/**
 * struct cxl_switch_cci_info - CXL_SWITCH_CCI_INFO
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @features: CXL_SWITCH_CCI_FEATURE_*
 * @instance_id: differs for every binding of the driver since boot, never 0. A
 *	cookie is valid within one binding
 * @serial: the component's serial number from Identify; 0 or all ones if it has
 *	none
 * @pci_domain: PCI domain of the function
 * @pci_bus: PCI bus
 * @pci_devfn: PCI device (bits 7:3) and function (bits 2:0)
 * @component_source: enum cxl_switch_cci_source of @component_type
 * @reserved0: 0
 * @number: N of /dev/cxl/switchN
 * @payload_size: size of the mailbox payload area in bytes, 256 to 1 MiB: the
 *	limit of requests and answers
 * @vendor_id: vendor id from Identify, 0 if unknown, as for the next three
 * @device_id: device id
 * @subsystem_vendor_id: subsystem vendor id
 * @subsystem_id: subsystem id
 * @component_type: CXL_SWITCH_CCI_COMPONENT_*
 * @interrupt_mode: enum cxl_switch_cci_interrupt
 * @state: enum cxl_switch_cci_state
 * @max_message_exponent: n of Identify's maximum supported message size, 2^n
 *	bytes; 0 if unknown. A tunneled message must fit every component on its path
 * @settings: CXL_SWITCH_CCI_SETTING_*
 * @build_keys: CXL_SWITCH_CCI_KEY_*
 * @command_timeout_ms: the device time: how long the device may take for one
 *	command, in milliseconds. Background operations have no limit
 * @reserved1: 0
 *
 * Causes no device traffic: returns what the driver knows. Any open mode. Works
 * after removal too (@state GONE).
 * Errors: EINVAL, E2BIG, EFAULT as above.
 */
struct cxl_switch_cci_info {
	__u32 size;
	__u32 flags;
	__u64 features;
	__u64 instance_id;
	__u64 serial;
	__u32 pci_domain;
	__u8 pci_bus;
	__u8 pci_devfn;
	__u8 component_source;
	__u8 reserved0;
	__u32 number;
	__u32 payload_size;
	__u16 vendor_id;
	__u16 device_id;
	__u16 subsystem_vendor_id;
	__u16 subsystem_id;
	__u8 component_type;
	__u8 interrupt_mode;
	__u8 state;
	__u8 max_message_exponent;
	__u32 settings;
	__u32 build_keys;
	__u32 command_timeout_ms;
	__u64 reserved1;
};

/**
 * enum cxl_switch_cci_stage - the last step that a command reached
 * @CXL_SWITCH_CCI_STAGE_REFUSED: a gate of the driver refused it, see @reason. The
 *	device received nothing of it
 * @CXL_SWITCH_CCI_STAGE_NOT_SENT: allowed, but not sent (EBUSY, EINTR,
 *	ENODEV, ENOMEM); may be retried
 * @CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN: sent; its outcome is not known
 *	(ETIMEDOUT, EIO, EINTR by a fatal signal, ENODEV)
 * @CXL_SWITCH_CCI_STAGE_ANSWERED: the device answered; the return codes are valid
 */
enum cxl_switch_cci_stage {
	CXL_SWITCH_CCI_STAGE_REFUSED = 0,
	CXL_SWITCH_CCI_STAGE_NOT_SENT = 1,
	CXL_SWITCH_CCI_STAGE_SENT_UNKNOWN = 2,
	CXL_SWITCH_CCI_STAGE_ANSWERED = 3,
};

/**
 * enum cxl_switch_cci_impact - the most a command can do; each includes those before
 * @CXL_SWITCH_CCI_IMPACT_QUERY: changes nothing
 * @CXL_SWITCH_CCI_IMPACT_SETTING: changes how this component behaves; affects no
 *	data and no link
 * @CXL_SWITCH_CCI_IMPACT_PROVISION: ordinary fabric management that the
 *	affected host takes part in
 * @CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE: can lose data, security state, firmware,
 *	another host's memory, link or bandwidth, or another manager's events
 */
enum cxl_switch_cci_impact {
	CXL_SWITCH_CCI_IMPACT_QUERY = 0,
	CXL_SWITCH_CCI_IMPACT_SETTING = 1,
	CXL_SWITCH_CCI_IMPACT_PROVISION = 2,
	CXL_SWITCH_CCI_IMPACT_DESTRUCTIVE = 3,
};

/**
 * enum cxl_switch_cci_reason - which gate refused a command, and its errno
 * @CXL_SWITCH_CCI_REASON_NONE: no gate refused it
 * @CXL_SWITCH_CCI_REASON_MALFORMED: the framing of a tunnel is malformed, or the
 *	command is 0106h, which only components send and no receiver answers.
 *	EXPLAIN reports the problem; EINVAL
 * @CXL_SWITCH_CCI_REASON_READ_ONLY: above QUERY, on a file that is not open for
 *	writing; EBADF
 * @CXL_SWITCH_CCI_REASON_RESTRICTED: above the limit set on this file; EPERM
 * @CXL_SWITCH_CCI_REASON_PROTECTION: protection=strict allows only queries that
 *	disclose nothing; EPERM
 * @CXL_SWITCH_CCI_REASON_UNAUDITED: the driver does not know what this command
 *	does, and raw commands are not enabled; EPERM
 * @CXL_SWITCH_CCI_REASON_CAPABILITY: needs CAP_SYS_RAWIO; EPERM
 * @CXL_SWITCH_CCI_REASON_OWNERSHIP: the background operation or transfer belongs
 *	to another open file; EPERM or EBUSY
 * @CXL_SWITCH_CCI_REASON_LOCKDOWN: the kernel is locked down; EPERM
 * @CXL_SWITCH_CCI_REASON_UNREACHABLE: the destination does not answer, or it
 *	timed out twice in a row and was tried within the last 5 s; EHOSTUNREACH
 * @CXL_SWITCH_CCI_REASON_IDENTITY: a tunneled command above QUERY, or an unaudited
 *	one, while the function's own type is not known yet. The driver queries it
 *	in the background; retry later; EBUSY
 */
enum cxl_switch_cci_reason {
	CXL_SWITCH_CCI_REASON_NONE = 0,
	CXL_SWITCH_CCI_REASON_MALFORMED = 1,
	CXL_SWITCH_CCI_REASON_READ_ONLY = 2,
	CXL_SWITCH_CCI_REASON_RESTRICTED = 3,
	CXL_SWITCH_CCI_REASON_PROTECTION = 4,
	CXL_SWITCH_CCI_REASON_UNAUDITED = 5,
	CXL_SWITCH_CCI_REASON_CAPABILITY = 6,
	CXL_SWITCH_CCI_REASON_OWNERSHIP = 7,
	CXL_SWITCH_CCI_REASON_LOCKDOWN = 8,
	CXL_SWITCH_CCI_REASON_UNREACHABLE = 9,
	CXL_SWITCH_CCI_REASON_IDENTITY = 10,
};

#define CXL_SWITCH_CCI_REASONS	11	/* number of reasons in this header */

/*
 * send @leaf_return_code if the answer of a tunnel does not match its request in
 * length, tag, category or opcode at some level.
 */
#define CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN	0xFFFF

/* send @verdict_flags */
#define CXL_SWITCH_CCI_VERDICT_AUDITED		(1U << 0)	/* has a row in the table */
#define CXL_SWITCH_CCI_VERDICT_DISCLOSING	(1U << 1)	/* its answer can hold a secret */
#define CXL_SWITCH_CCI_VERDICT_VENDOR_ROW	(1U << 2)	/* audited by a vendor row */

/*
 * send @flags: if the operation that this command starts still runs when the last
 * descriptor of this open file is closed, the driver sends Request Abort Background
 * Operation (0005h) to its component, which may refuse it. The flag is judged with
 * the command: it makes any command a SETTING at least. It has no effect once
 * another open file has adopted the operation.
 */
#define CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE	(1U << 0)

/**
 * struct cxl_switch_cci_send - CXL_SWITCH_CCI_SEND
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: CXL_SWITCH_CCI_SEND_*
 * @opcode: CCI opcode. 5300h, Tunnel Management Command, is decoded, and the
 *	command inside, the leaf, is judged
 * @reserved0: must be 0
 * @timeout_ms: limit of this caller's whole wait: for another thread's command on
 *	the same open file, in the mailbox's queue, and for the answer; 1 to
 *	3600000. 0: no limit for the wait for its turn, then the device time
 *	(INFO @command_timeout_ms). It ends the wait of this caller, never the
 *	command itself
 * @in_payload: address of the request payload; not read if @in_size is 0
 * @out_payload: address for the answer; not written if @out_size is 0
 * @in_size: bytes of the request payload, at most INFO @payload_size
 * @out_size: room for the answer, in bytes; INFO @payload_size is always enough.
 *	Written back: bytes written to it, 0 if @return_code is not 0. An answer
 *	through a tunnel includes the headers of the tunnel
 * @out_length: out: length of the device's answer in bytes, even if the room was
 *	smaller
 * @return_code: out: mailbox return code of the specification, such as 0 success,
 *	1 background operation started; valid at stage ANSWERED
 * @vendor_status: out: vendor specific extended status; likewise
 * @leaf_opcode: out: the opcode inside all tunnels; @opcode without a tunnel
 * @leaf_return_code: out: return code of the leaf, or of the level that failed;
 *	@return_code without a tunnel; CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN
 * @stage: out: enum cxl_switch_cci_stage
 * @impact: out: enum cxl_switch_cci_impact of the verdict; a command that was
 *	refused early was judged without its destination
 * @reason: out: enum cxl_switch_cci_reason; NONE unless stage is REFUSED
 * @depth: out: number of tunnels around the leaf
 * @verdict_flags: out: CXL_SWITCH_CCI_VERDICT_*
 * @reserved1: must be 0
 * @duration_ns: out: from setting the doorbell to its clearing, in nanoseconds; 0
 *	if it was never set
 * @cookie: out: of the background operation that the command started, if
 *	@leaf_return_code is 1; 0: none, or no memory to track it
 *
 * Out fields are written back whatever the ioctl returns, except on ENODEV,
 * ENOTTY, E2BIG, and EFAULT or EINVAL for this structure itself. EFAULT at
 * stage ANSWERED: the command ran, but its answer could not be written.
 *
 * Return: 0 if the device answered, whatever its return codes. Errors, with their
 * stages:
 *   EPERM, EBADF, EHOSTUNREACH  REFUSED: by the gate in @reason
 *   EINVAL     REFUSED, MALFORMED: the framing of a tunnel, or 0106h. Otherwise,
 *              with nothing written back: @size, @flags, a reserved field,
 *              @timeout_ms above 3600000, @in_size above the payload size
 *   EBUSY      NOT_SENT, may be retried: the mailbox is stuck, draining or resetting
 *              (the call waits up to 100 ms for that to end); the machine is
 *              about to sleep; @timeout_ms expired in the queue, or during another
 *              thread's command on the same file; or the command may start an
 *              operation, and operations at 256 destinations are tracked already.
 *              REFUSED, OWNERSHIP: another file's transfer is in progress
 *   EFAULT     NOT_SENT: the request payload is not readable. ANSWERED: the
 *              command ran, but its answer could not be written
 *   EINTR      NOT_SENT or SENT_UNKNOWN: a fatal signal
 *   ETIMEDOUT  SENT_UNKNOWN: @timeout_ms or the device time expired before the
 *              answer; or the machine is about to sleep, which leaves a command
 *              in flight one second. The driver still takes a late answer
 *   EIO        SENT_UNKNOWN: the answer was unusable, or the function was reset.
 *              NOT_SENT: invalid register values; or three times in a row the
 *              destination or the settings changed between verdict and turn
 *   ENODEV     NOT_SENT or SENT_UNKNOWN: the device was removed during the call
 *   ENOMEM     NOT_SENT: no memory for the file's buffers
 */
struct cxl_switch_cci_send {
	__u32 size;
	__u32 flags;
	__u16 opcode;
	__u16 reserved0;
	__u32 timeout_ms;
	__u64 in_payload;
	__u64 out_payload;
	__u32 in_size;
	__u32 out_size;
	__u32 out_length;
	__u16 return_code;
	__u16 vendor_status;
	__u16 leaf_opcode;
	__u16 leaf_return_code;
	__u8 stage;
	__u8 impact;
	__u8 reason;
	__u8 depth;
	__u32 verdict_flags;
	__u32 reserved1;
	__u64 duration_ns;
	__u64 cookie;
};

/**
 * enum cxl_switch_cci_knowledge - what is known of a destination's effects
 * @CXL_SWITCH_CCI_KNOWLEDGE_READ: its Command Effects Log was read to its end
 * @CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE: it answers, but without a usable log;
 *	changes count as DESTRUCTIVE
 * @CXL_SWITCH_CCI_KNOWLEDGE_SILENT: it does not answer; only queries are sent
 * @CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED: not queried; the decision did not need it
 */
enum cxl_switch_cci_knowledge {
	CXL_SWITCH_CCI_KNOWLEDGE_READ = 0,
	CXL_SWITCH_CCI_KNOWLEDGE_UNREADABLE = 1,
	CXL_SWITCH_CCI_KNOWLEDGE_SILENT = 2,
	CXL_SWITCH_CCI_KNOWLEDGE_NOT_ASKED = 3,
};

/**
 * struct cxl_switch_cci_explain - CXL_SWITCH_CCI_EXPLAIN
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @opcode: as in SEND
 * @reserved0: must be 0
 * @in_size: bytes of the request payload, at most INFO @payload_size
 * @in_payload: address of the request payload; not read if @in_size is 0
 * @error: out: the positive errno that SEND would fail with; 0: it would be sent
 * @reason: out: enum cxl_switch_cci_reason of the first gate that refuses
 * @refusing: out: a bit, 1 << reason, for every gate that would refuse
 * @impact: out: enum cxl_switch_cci_impact, by table, payload and destination
 * @table_impact: out: the same by table and payload alone
 * @knowledge: out: enum cxl_switch_cci_knowledge
 * @depth: out: number of tunnels around the leaf
 * @verdict_flags: out: CXL_SWITCH_CCI_VERDICT_*
 * @leaf_opcode: out: the opcode inside all tunnels
 * @effects: out: of its entry in the destination's Command Effects Log; valid
 *	if @listed
 * @expected_effects: out: those that its row expects; others raise the impact
 * @listed: out: 1 if the destination's Command Effects Log lists it; valid if
 *	@knowledge is READ
 * @traffic: out: 1 if this call queried the destination
 * @vendor_id: out: of the destination, by Identify; 0 if unknown
 * @device_id: out: likewise
 * @reserved1: 0
 * @serial: out: likewise
 * @name: out: of the command, NUL-terminated; empty without a row
 * @why: out: the row's reason, or the problem of a malformed tunnel, NUL-terminated
 *
 * Judges a command as SEND does, and does not send it. It may query the destination
 * for its identity and effects, if they are not known (@traffic). The capability
 * check leaves no audit record; kernel lockdown may write its own line to the log.
 *
 * Return: 0 with the decision, which is valid for this open file, this process and
 * this moment. A malformed tunnel is a decision, not an error. Errors, with nothing
 * written back:
 *   EINVAL, E2BIG, EFAULT  the structure or the payload
 *   EBUSY, EINTR  the destination had to be queried, and could not be
 *   ENODEV, ENOMEM
 */
struct cxl_switch_cci_explain {
	__u32 size;
	__u32 flags;
	__u16 opcode;
	__u16 reserved0;
	__u32 in_size;
	__u64 in_payload;
	__u32 error;
	__u32 reason;
	__u32 refusing;
	__u8 impact;
	__u8 table_impact;
	__u8 knowledge;
	__u8 depth;
	__u32 verdict_flags;
	__u16 leaf_opcode;
	__u16 effects;
	__u16 expected_effects;
	__u8 listed;
	__u8 traffic;
	__u16 vendor_id;
	__u16 device_id;
	__u64 serial;
	__u64 reserved1;
	char name[48];
	char why[80];
};

/**
 * struct cxl_switch_cci_restrict - CXL_SWITCH_CCI_RESTRICT
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @impact: enum cxl_switch_cci_impact: the most that commands on this open file may
 *	do from now on, in every process that shares it. It can be lowered, never
 *	raised
 * @reserved: must be 0
 *
 * Errors: EPERM: @impact is above the present limit; EINVAL: not a valid impact;
 * EINTR: a fatal signal during another thread's command on this file; E2BIG,
 * EFAULT, ENODEV.
 */
struct cxl_switch_cci_restrict {
	__u32 size;
	__u32 flags;
	__u32 impact;
	__u32 reserved;
};

/**
 * struct cxl_switch_cci_destination - one entry of DESTINATIONS
 * @depth: number of tunnels; 0: the function itself
 * @target: of each hop: 0 port or LD, 1 LD pool
 * @id: of each hop: port or LD; 0 where the target ignores it
 * @knowledge: enum cxl_switch_cci_knowledge
 * @failure: why @knowledge is not READ, a positive errno: EHOSTUNREACH, ETIMEDOUT,
 *	EBUSY, EPROTO (malformed response), EOPNOTSUPP (error response)
 * @component_type: CXL_SWITCH_CCI_COMPONENT_*
 * @fresh: 1 if the next command uses this entry without a new query
 * @slow_ms: for how many milliseconds nothing is sent to it: it timed out twice in
 *	a row, and all commands but one in five seconds are refused with
 *	EHOSTUNREACH. 0: it is not slow, or the next command tries
 * @vendor_id: by Identify; 0 if unknown, likewise the rest
 * @device_id: likewise
 * @reserved1: 0
 * @serial: likewise
 * @age_ms: time since it was queried, in milliseconds
 */
struct cxl_switch_cci_destination {
	__u8 depth;
	__u8 target[3];
	__u8 id[3];
	__u8 knowledge;
	__u16 failure;
	__u8 component_type;
	__u8 fresh;
	__u32 slow_ms;
	__u16 vendor_id;
	__u16 device_id;
	__u32 reserved1;
	__u64 serial;
	__u64 age_ms;
};

/**
 * struct cxl_switch_cci_destinations - CXL_SWITCH_CCI_DESTINATIONS
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @entries: address of an array of struct cxl_switch_cci_destination
 * @room: number of entries in the array, up to 4096; written back: number written
 * @entry_size: sizeof() of the caller's entries; must be 40
 * @cursor: 0 to start; written back: where to continue, 0 at the end
 *
 * Lists what the driver knows of the destinations it queried. No device traffic.
 * Any open mode. Call again with the returned @cursor until it is 0. A change
 * between two calls may be missed; no entry is returned twice.
 * Errors: EINVAL: also @room above 4096, or a different @entry_size; E2BIG, EFAULT,
 * ENOMEM, ENODEV.
 */
struct cxl_switch_cci_destinations {
	__u32 size;
	__u32 flags;
	__u64 entries;
	__u32 room;
	__u32 entry_size;
	__u64 cursor;
};

/* ---- background operations ---- */

/**
 * enum cxl_switch_cci_operation - state of a background operation
 * @CXL_SWITCH_CCI_OPERATION_IDLE: no operation is known in this slot
 * @CXL_SWITCH_CCI_OPERATION_RUNNING: it was started and has not ended
 * @CXL_SWITCH_CCI_OPERATION_ABORTING: an abort was requested and not refused; it has
 *	not ended
 * @CXL_SWITCH_CCI_OPERATION_FINISHED: it ended; its return code is valid (0012h:
 *	aborted)
 * @CXL_SWITCH_CCI_OPERATION_LOST: a reset or the removal of the device ended it; its
 *	progress is not known
 * @CXL_SWITCH_CCI_OPERATION_UNKNOWN: it cannot be observed: the component has no
 *	Background Operation Status, reports another operation, or does not answer,
 *	or the function in front of it was reset. The state changes back if the
 *	operation is seen again
 */
enum cxl_switch_cci_operation {
	CXL_SWITCH_CCI_OPERATION_IDLE = 0,
	CXL_SWITCH_CCI_OPERATION_RUNNING = 1,
	CXL_SWITCH_CCI_OPERATION_ABORTING = 2,
	CXL_SWITCH_CCI_OPERATION_FINISHED = 3,
	CXL_SWITCH_CCI_OPERATION_LOST = 4,
	CXL_SWITCH_CCI_OPERATION_UNKNOWN = 5,
};

/**
 * enum cxl_switch_cci_owner - the owner of a background operation
 * @CXL_SWITCH_CCI_OWNER_NONE: none: its file was closed, or the operation was found
 *	running. BG_ADOPT takes it over
 * @CXL_SWITCH_CCI_OWNER_SELF: this open file's
 * @CXL_SWITCH_CCI_OWNER_OTHER: another open file's
 */
enum cxl_switch_cci_owner {
	CXL_SWITCH_CCI_OWNER_NONE = 0,
	CXL_SWITCH_CCI_OWNER_SELF = 1,
	CXL_SWITCH_CCI_OWNER_OTHER = 2,
};

/* BG_STATUS uid of an operation that was found running: it is not known who started it. */
#define CXL_SWITCH_CCI_UID_UNKNOWN	0xFFFFFFFF

/**
 * struct cxl_switch_cci_bg_status - CXL_SWITCH_CCI_BG_STATUS
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @cookie: of the operation; 0: of the one in the slot named by @depth, @target
 *	and @id. Written back: the operation's, 0 where the slot is idle
 * @depth: with @cookie 0, number of tunnels to the component, 0 to 3; 0: the
 *	function itself. Written back: the operation's
 * @target: with @cookie 0, of each hop: 0 port or LD, 1 LD pool; likewise
 * @id: with @cookie 0, of each hop; ignored for an LD pool; likewise
 * @state: out: enum cxl_switch_cci_operation
 * @percent: out: 0 to 100, as last reported; devices may leave it at 0. Values
 *	above 100 are ignored
 * @owner: out: enum cxl_switch_cci_owner
 * @reserved0: must be 0
 * @opcode: out: of the command that started it
 * @return_code: out: valid if FINISHED
 * @vendor_status: out: likewise
 * @reserved1: must be 0
 * @uid: out: of the process that started it, in the initial user namespace;
 *	CXL_SWITCH_CCI_UID_UNKNOWN
 * @running_ms: out: time since it was started or found, until now or until it
 *	ended, in milliseconds
 * @seen_ms: out: time since the device last returned a valid status, in
 *	milliseconds
 *
 * Returns what the driver saw last: no device traffic. Any open mode. An operation
 * stays readable by its cookie while it runs, and afterwards until 64 more have
 * ended.
 * Errors: ESTALE: no operation with that cookie is known any more; EINVAL: also a
 * @depth above 3, or a @target above 1; E2BIG, EFAULT, ENODEV.
 */
struct cxl_switch_cci_bg_status {
	__u32 size;
	__u32 flags;
	__u64 cookie;
	__u8 depth;
	__u8 target[3];
	__u8 id[3];
	__u8 state;
	__u8 percent;
	__u8 owner;
	__u16 reserved0;
	__u16 opcode;
	__u16 return_code;
	__u16 vendor_status;
	__u16 reserved1;
	__u32 uid;
	__u64 running_ms;
	__u64 seen_ms;
};

/**
 * enum cxl_switch_cci_cancel - the outcome of BG_CANCEL
 * @CXL_SWITCH_CCI_CANCEL_NONE: no outcome: the ioctl failed
 * @CXL_SWITCH_CCI_CANCEL_ABORTED: the operation ended with return code 0012h
 * @CXL_SWITCH_CCI_CANCEL_ENDED: it ran to its end, whatever its return code
 * @CXL_SWITCH_CCI_CANCEL_REFUSED: the device does not abort it (return code in
 *	@return_code, 0020h by the specification); it continues
 * @CXL_SWITCH_CCI_CANCEL_SILENT: the device accepted the abort, but the operation
 *	did not end within the wait, which the machine's sleep ends early; it may
 *	still end either way
 * @CXL_SWITCH_CCI_CANCEL_LOST: a reset or a removal ended it
 */
enum cxl_switch_cci_cancel {
	CXL_SWITCH_CCI_CANCEL_NONE = 0,
	CXL_SWITCH_CCI_CANCEL_ABORTED = 1,
	CXL_SWITCH_CCI_CANCEL_ENDED = 2,
	CXL_SWITCH_CCI_CANCEL_REFUSED = 3,
	CXL_SWITCH_CCI_CANCEL_SILENT = 4,
	CXL_SWITCH_CCI_CANCEL_LOST = 5,
};

/**
 * struct cxl_switch_cci_bg_cancel - CXL_SWITCH_CCI_BG_CANCEL
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @cookie: of the operation
 * @timeout_ms: how long to wait for its end after the device accepted the abort,
 *	1 to 3600000; 0: 2000
 * @outcome: out: enum cxl_switch_cci_cancel; valid if the ioctl returned 0
 * @return_code: out: of the operation (ABORTED, ENDED), or of the request to
 *	abort it (REFUSED)
 * @vendor_status: out: likewise
 * @reason: out: enum cxl_switch_cci_reason, if a gate refused it
 * @reserved0: must be 0
 * @reserved1: must be 0
 *
 * Sends Request Abort Background Operation (0005h) to the operation's component.
 * The cookie is compared in the same turn, so that 0005h never aborts another
 * operation of this driver. It is judged like 0005h by SEND, and is allowed to the
 * owner and to CAP_SYS_RAWIO.
 *
 * Return: 0 with @outcome. Errors: ESTALE: not known, or it has ended (BG_STATUS
 * shows how); EPERM, EBADF, EHOSTUNREACH: refused, see @reason; EBUSY: not sent, may
 * be retried; ETIMEDOUT, EIO: the request to abort failed and may have reached the
 * device, so check BG_STATUS; EINTR: a fatal signal; EINVAL: also @timeout_ms above
 * 3600000; E2BIG, EFAULT, ENODEV.
 */
struct cxl_switch_cci_bg_cancel {
	__u32 size;
	__u32 flags;
	__u64 cookie;
	__u32 timeout_ms;
	__u8 outcome;
	__u8 reason;
	__u16 reserved0;
	__u16 return_code;
	__u16 vendor_status;
	__u32 reserved1;
};

/**
 * struct cxl_switch_cci_bg_adopt - CXL_SWITCH_CCI_BG_ADOPT
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @cookie: of an operation without an owner
 *
 * Makes this open file the owner: it gets the notice of the operation's end and may
 * cancel it. Allowed to the uid that started it, on a file open for writing, and to
 * CAP_SYS_RAWIO. An operation that has ended can be adopted too, as long as BG_STATUS
 * knows it: its notice is queued again.
 *
 * A pending abort by CXL_SWITCH_CCI_SEND_BG_ABORT_ON_CLOSE is dropped: an adopted
 * operation continues after the last close. If this file is the owner already, the
 * call succeeds and changes nothing.
 *
 * Errors: ESTALE: not known; EBUSY: another open file is its owner; EBADF: not
 * open for writing; EPERM: another or an unknown uid started it, and CAP_SYS_RAWIO
 * is missing; EINVAL, E2BIG, EFAULT, ENODEV.
 */
struct cxl_switch_cci_bg_adopt {
	__u32 size;
	__u32 flags;
	__u64 cookie;
};

/* ---- notices ---- */

/**
 * enum cxl_switch_cci_notice_type - what happened
 * @CXL_SWITCH_CCI_NOTICE_BG_ENDED: a background operation ended; @cookie, @opcode
 *	and the path identify it, @return_code and @percent are its outcome
 * @CXL_SWITCH_CCI_NOTICE_BG_LOST: a background operation was lost (@state LOST)
 *	or cannot be observed any more (@state UNKNOWN; BG_ENDED may still follow)
 * @CXL_SWITCH_CCI_NOTICE_RESET: the function was reset, possibly by an error
 *	recovery, or the machine slept; it serves commands again
 * @CXL_SWITCH_CCI_NOTICE_EVENT_LOG: the event logs of the function in @logs hold
 *	records. Not repeated until a log was seen empty or Clear Event Records was
 *	sent
 * @CXL_SWITCH_CCI_NOTICE_LATE_ANSWER: the answer of an abandoned command arrived;
 *	@opcode is the leaf's, @return_code and @vendor_status are those of the
 *	leaf, or of the level that failed, as in SEND;
 *	CXL_SWITCH_CCI_RETURN_CODE_UNKNOWN if the answer does not match its
 *	request. @cookie is that of the operation it started, or 0
 * @CXL_SWITCH_CCI_NOTICE_REMOVED: the device was removed; always the last
 */
enum cxl_switch_cci_notice_type {
	CXL_SWITCH_CCI_NOTICE_BG_ENDED = 1,
	CXL_SWITCH_CCI_NOTICE_BG_LOST = 2,
	CXL_SWITCH_CCI_NOTICE_RESET = 3,
	CXL_SWITCH_CCI_NOTICE_EVENT_LOG = 4,
	CXL_SWITCH_CCI_NOTICE_LATE_ANSWER = 5,
	CXL_SWITCH_CCI_NOTICE_REMOVED = 6,
};

/* subscribe @mask: which notices are queued, a bit for each type. */
#define CXL_SWITCH_CCI_MASK_BG_ENDED	(1U << 1)
#define CXL_SWITCH_CCI_MASK_BG_LOST	(1U << 2)
#define CXL_SWITCH_CCI_MASK_RESET	(1U << 3)
#define CXL_SWITCH_CCI_MASK_EVENT_LOG	(1U << 4)
#define CXL_SWITCH_CCI_MASK_LATE_ANSWER	(1U << 5)
#define CXL_SWITCH_CCI_MASK_REMOVED	(1U << 6)
#define CXL_SWITCH_CCI_MASK_ALL		0x7EU

/**
 * struct cxl_switch_cci_subscribe - CXL_SWITCH_CCI_SUBSCRIBE
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @mask: CXL_SWITCH_CCI_MASK_*: notices that are queued for this open file from now
 *	on. BG_ENDED and BG_LOST of its own operations are always queued, those of
 *	other files' operations if their bits are set
 * @reserved: must be 0
 *
 * Nothing is queued before the first call; each further call replaces the
 * mask. Any open mode. While an open file has MASK_EVENT_LOG, the driver reads the
 * function's Event Status register once a second, and ten times a second during a
 * bind or unbind. It sends no command for that.
 *
 * Errors: EINVAL: also a bit of @mask without a notice type; E2BIG, EFAULT; ENOMEM:
 * no memory for the queue; ENODEV.
 */
struct cxl_switch_cci_subscribe {
	__u32 size;
	__u32 flags;
	__u32 mask;
	__u32 reserved;
};

/* notice @flags: records before this one were dropped, since 64 are kept. */
#define CXL_SWITCH_CCI_NOTICE_OVERFLOW	(1U << 0)

/* notice @logs: bits of the Event Status register, CXL 3.1 8.2.8.3.1. */
#define CXL_SWITCH_CCI_LOG_INFORMATIONAL	(1U << 0)
#define CXL_SWITCH_CCI_LOG_WARNING	(1U << 1)
#define CXL_SWITCH_CCI_LOG_FAILURE	(1U << 2)
#define CXL_SWITCH_CCI_LOG_FATAL	(1U << 3)
#define CXL_SWITCH_CCI_LOG_DYNAMIC_CAPACITY	(1U << 4)

/**
 * struct cxl_switch_cci_notice - one record of read()
 * @size: of this record; add it to find the next one, since records may grow
 * @type: enum cxl_switch_cci_notice_type; skip unknown types
 * @flags: CXL_SWITCH_CCI_NOTICE_*
 * @seq: number of this notice for this open file, from 1; a gap shows how many were
 *	dropped
 * @cookie: of the operation, or 0
 * @boottime_ns: when the driver saw it, CLOCK_BOOTTIME
 * @opcode: see the types; 0 if the type has none, likewise the fields below
 * @return_code: likewise
 * @vendor_status: likewise
 * @state: enum cxl_switch_cci_operation of the operation
 * @percent: of the operation, 0 to 100
 * @depth: of the operation's component: number of tunnels
 * @target: of each hop: 0 port or LD, 1 LD pool
 * @id: of each hop: port or LD
 * @logs: CXL_SWITCH_CCI_LOG_*
 *
 * read() returns as many whole records as fit, at least one; it waits for the
 * first unless the file is O_NONBLOCK. Errors of read(): EINVAL: not subscribed,
 * or no room for a record; EAGAIN: none, and O_NONBLOCK; EINTR (restarted if the
 * signal allows it); EFAULT: nothing was taken from the queue; ENODEV: the device
 * was removed and the queue is empty.
 * poll(): EPOLLIN|EPOLLRDNORM if read() would return a record; EPOLLHUP|EPOLLERR
 * after the device was removed.
 */
struct cxl_switch_cci_notice {
	__u16 size;
	__u16 type;
	__u32 flags;
	__u64 seq;
	__u64 cookie;
	__u64 boottime_ns;
	__u16 opcode;
	__u16 return_code;
	__u16 vendor_status;
	__u8 state;
	__u8 percent;
	__u8 depth;
	__u8 target[3];
	__u8 id[3];
	__u8 logs;
};

/* ---- the recorder ---- */

/**
 * struct cxl_switch_cci_record - one entry of RECENT
 * @id: of the command, as in the tracepoints; higher is younger. 0 for a command
 *	that was refused before it got one, and for one that is being judged
 * @boottime_ns: when the call started, CLOCK_BOOTTIME
 * @duration_ns: from then to the end; to now, while it is in flight
 * @pid: thread group id of the caller, in the initial namespace
 * @uid: likewise
 * @opcode: as sent
 * @leaf_opcode: inside all tunnels
 * @return_code: of the mailbox; valid at stage ANSWERED
 * @leaf_return_code: likewise, as in SEND
 * @error: the positive errno that it failed with; 0: the device answered (the copy
 *	to the caller comes later, and may still fail with EFAULT)
 * @stage: enum cxl_switch_cci_stage; for a command in flight, SENT_UNKNOWN means
 *	that the device works on it
 * @impact: enum cxl_switch_cci_impact
 * @reason: enum cxl_switch_cci_reason
 * @depth: number of tunnels
 * @target: of each hop: 0 port or LD, 1 LD pool
 * @id_of_hop: of each hop: port or LD
 * @in_flight: 1: it has not ended
 * @reserved0: 0
 * @verdict_flags: CXL_SWITCH_CCI_VERDICT_*
 * @reserved1: 0
 * @comm: of the caller, NUL-terminated
 */
struct cxl_switch_cci_record {
	__u64 id;
	__u64 boottime_ns;
	__u64 duration_ns;
	__u32 pid;
	__u32 uid;
	__u16 opcode;
	__u16 leaf_opcode;
	__u16 return_code;
	__u16 leaf_return_code;
	__u16 error;
	__u8 stage;
	__u8 impact;
	__u8 reason;
	__u8 depth;
	__u8 target[3];
	__u8 id_of_hop[3];
	__u8 in_flight;
	__u8 reserved0[3];
	__u32 verdict_flags;
	__u32 reserved1;
	char comm[16];
};

/**
 * struct cxl_switch_cci_recent - CXL_SWITCH_CCI_RECENT
 * @size: sizeof() of the caller; written back: the kernel's
 * @flags: must be 0
 * @entries: address of an array of struct cxl_switch_cci_record
 * @room: number of records in the array, up to 4096; written back: number written
 * @entry_size: sizeof() of the caller's entries; must be 80
 * @dropped: out: number of older records that are not kept any more
 *
 * Lists the last 256 commands that ended, oldest first, then those in flight,
 * without the driver's own queries. An abandoned command has ended (stage
 * SENT_UNKNOWN). Records hold no payload, so they are readable under lockdown. If
 * @room is short, the youngest are returned. Any open mode. A caller without
 * CAP_SYS_RAWIO gets the commands of its own uid. No device traffic.
 * Errors: EINVAL: also @room above 4096, or a different @entry_size; E2BIG, EFAULT,
 * ENOMEM, ENODEV.
 */
struct cxl_switch_cci_recent {
	__u32 size;
	__u32 flags;
	__u64 entries;
	__u32 room;
	__u32 entry_size;
	__u64 dropped;
};

#endif /* _UAPI_CXL_SWITCH_CCI_H */
