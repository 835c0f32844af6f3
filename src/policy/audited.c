// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of audited commands, and the functions that look it up. A command is
 * unaudited if it has no row, or if its payload is not one that the row describes;
 * the worst is assumed of it. To audit an opcode, add a row, in order of opcodes.
 * Pure.
 *
 * 0107h, 0108h and set 49h have no row. Only GFDs send the first two, and the set is
 * prohibited on mailboxes. 5701h has a row for its name and reason; its inspector
 * leaves it unaudited.
 */
#include "audited.h"

#include "inspect.h"

/*
 * Set Feature of these is less than DESTRUCTIVE if the destination's own entry of
 * the feature lists harmless effects.
 */
const u8 swcci_audited_features[FEATURES_NAMED][FEATURE_UUID_LENGTH] = {
	/* 96dad7d6-fde8-482b-a733-75774e06db8a device patrol scrub control */
	{ 0x96, 0xda, 0xd7, 0xd6, 0xfd, 0xe8, 0x48, 0x2b,
	  0xa7, 0x33, 0x75, 0x77, 0x4e, 0x06, 0xdb, 0x8a },
	/* e5b13f22-2328-4a14-b8ba-b9691e893386 DDR5 ECS control */
	{ 0xe5, 0xb1, 0x3f, 0x22, 0x23, 0x28, 0x4a, 0x14,
	  0xb8, 0xba, 0xb9, 0x69, 0x1e, 0x89, 0x33, 0x86 },
};

/* ---- the table ---- */

#define Q	IMPACT_QUERY
#define S	IMPACT_SETTING
#define P	IMPACT_PROVISION
#define D	IMPACT_DESTRUCTIVE

/* expected effects, as CXL 3.1 attaches them to commands */
#define NONE	0
#define CONF	(EFFECT_COLD_RESET | EFFECT_RESETS | EFFECT_CONFIG)
#define FIRM	(EFFECT_COLD_RESET | EFFECT_RESETS | EFFECT_BACKGROUND)

#define LENGTH_ANY	0x100000	/* the largest mailbox */

#define ROW(op, title, spec, shortest, longest, worst_impact, expected, inspector, why) { \
	.opcode = (op), .name = (title), .section = (spec), .length_min = (shortest), \
	.length_max = (longest), .impact = (worst_impact), .effects = (expected), \
	.inspect = (inspector), .reason = (why) }

/*
 * The length range covers the current definition of a command and its older,
 * shorter ones. The impact is the most that any payload of the row can do; an
 * inspector lowers it for payloads that do less.
 */
static const struct swcci_audited_row rows[] = {
	ROW(0x0001, "Identify", "8.2.9.1.1", 0, 0, Q,
	    NONE, NULL,
	    "reads ids and serial"),
	ROW(0x0002, "Background Operation Status", "8.2.9.1.2", 0, 0, Q,
	    NONE, NULL,
	    "reads progress"),
	ROW(0x0003, "Get Response Message Limit", "8.2.9.1.3", 0, 0, Q,
	    NONE, NULL,
	    "reads a limit of this CCI"),
	ROW(0x0004, "Set Response Message Limit", "8.2.9.1.4", 1, 1, S,
	    NONE, swcci_inspect_response_limit,
	    "shortens answers of variable size"),
	ROW(0x0005, "Request Abort Background Operation", "8.2.9.1.5", 0, 0, D,
	    NONE, NULL,
	    "aborts an operation that another client may own"),
	ROW(0x0100, "Get Event Records", "8.2.9.2.2", 1, 1, Q,
	    NONE, swcci_inspect_event_log,
	    "records stay until cleared by 0101h"),
	ROW(0x0101, "Clear Event Records", "8.2.9.2.3", 6, 6 + 2 * 0xff, S,
	    EFFECT_LOG, swcci_inspect_clear_events,
	    "discards event records; no user data is lost"),
	ROW(0x0102, "Get Event Interrupt Policy", "8.2.9.2.4", 0, 0, Q,
	    NONE, NULL,
	    "reads a policy"),
	ROW(0x0103, "Set Event Interrupt Policy", "8.2.9.2.5", 4, 5, S,
	    EFFECT_POLICY, swcci_inspect_event_policy,
	    "selects which events interrupt"),
	ROW(0x0104, "Get MCTP Event Interrupt Policy", "8.2.9.2.6", 0, 0, Q,
	    NONE, NULL,
	    "reads a policy"),
	ROW(0x0105, "Set MCTP Event Interrupt Policy", "8.2.9.2.7", 2, 2, D,
	    EFFECT_POLICY, swcci_inspect_mctp_policy,
	    "redirects events away from the manager that receives them"),
	ROW(0x0106, "Event Notification", "8.2.9.2.8", 0, LENGTH_ANY, D,
	    NONE, swcci_inspect_notification,
	    "only components send it; no receiver answers it"),
	ROW(0x0109, "Get GAM Buffer", "8.2.9.2.11", 0, 0, Q,
	    NONE, NULL,
	    "reads an address"),
	ROW(0x010a, "Set GAM Buffer", "8.2.9.2.12", 8, 8, D,
	    NONE, NULL,
	    "sets a host memory address that the device writes to"),
	ROW(0x0200, "Get FW Info", "8.2.9.3.1", 0, 0, Q,
	    NONE, NULL,
	    "reads slots and revisions"),
	ROW(0x0201, "Transfer FW", "8.2.9.3.2", 0x80, LENGTH_ANY, D,
	    FIRM, NULL,
	    "each part can corrupt the image in a slot"),
	ROW(0x0202, "Activate FW", "8.2.9.3.3", 2, 2, D,
	    FIRM | EFFECT_CONFIG, NULL,
	    "changes the firmware for all hosts behind the component"),
	ROW(0x0300, "Get Timestamp", "8.2.9.4.1", 0, 0, Q,
	    NONE, NULL,
	    "reads the clock"),
	ROW(0x0301, "Set Timestamp", "8.2.9.4.2", 8, 8, S,
	    EFFECT_POLICY, NULL,
	    "makes the time stamps in logs wrong at worst"),
	ROW(0x0400, "Get Supported Logs", "8.2.9.5.1", 0, 0, Q,
	    NONE, NULL,
	    "lists logs"),
	ROW(0x0401, "Get Log", "8.2.9.5.2", 0x18, 0x18, Q,
	    NONE, swcci_inspect_log,
	    "reads a log; some logs can hold secrets"),
	ROW(0x0402, "Get Log Capabilities", "8.2.9.5.3", 0x10, 0x10, Q,
	    NONE, NULL,
	    "reads what a log can do"),
	ROW(0x0403, "Clear Log", "8.2.9.5.4", 0x10, 0x10, S,
	    EFFECT_LOG, NULL,
	    "discards the content of a log; no user data is lost"),
	ROW(0x0404, "Populate Log", "8.2.9.5.5", 0x10, 0x10, S,
	    EFFECT_LOG | EFFECT_BACKGROUND, NULL,
	    "fills a log"),
	ROW(0x0405, "Get Supported Logs Sub-List", "8.2.9.5.6", 2, 2, Q,
	    NONE, NULL,
	    "lists logs"),
	ROW(0x0500, "Get Supported Features", "8.2.9.6.1", 8, 8, Q,
	    NONE, swcci_inspect_feature_list,
	    "lists features"),
	ROW(0x0501, "Get Feature", "8.2.9.6.2", 0x15, 0x15, Q,
	    NONE, swcci_inspect_feature_get,
	    "reads a feature; unknown features can hold secrets"),
	ROW(0x0502, "Set Feature", "8.2.9.6.3", 0x20, LENGTH_ANY, D,
	    NONE, swcci_inspect_set_feature,
	    "does what the feature does"),
	ROW(0x0600, "Perform Maintenance", "8.2.9.7.1", 2, LENGTH_ANY, D,
	    EFFECT_CONFIG | EFFECT_DATA | EFFECT_LOG | EFFECT_BACKGROUND, swcci_inspect_maintenance,
	    "repair and test remove memory rows from use; a resource query does not"),
	ROW(0x0700, "Identify PBR Component", "8.2.9.8.1", 0, 0, Q,
	    NONE, NULL,
	    "reads ids"),
	ROW(0x0701, "Claim Ownership", "8.2.9.8.2", 0x15, 0x15, D,
	    NONE, NULL,
	    "takes a component from its fabric manager; its CEL lists no effects"),
	ROW(0x0702, "Read CDAT", "8.2.9.8.3", 0x14, 0x14, Q,
	    NONE, NULL,
	    "reads a table"),
	ROW(0x4000, "Identify Memory Device", "8.2.9.9.1.1", 0, 0, Q,
	    NONE, NULL,
	    "reads capacity"),
	ROW(0x4100, "Get Partition Info", "8.2.9.9.2.1", 0, 0, Q,
	    NONE, NULL,
	    "reads partitions"),
	ROW(0x4101, "Set Partition Info", "8.2.9.9.2.2", 9, 0xa, D,
	    CONF | EFFECT_DATA, NULL,
	    "changes the split between volatile and persistent memory"),
	ROW(0x4102, "Get LSA", "8.2.9.9.2.3", 8, 8, Q,
	    NONE, NULL,
	    "reads the label area"),
	ROW(0x4103, "Set LSA", "8.2.9.9.2.4", 8, LENGTH_ANY, D,
	    EFFECT_CONFIG | EFFECT_DATA, NULL,
	    "lost labels make namespaces inaccessible"),
	ROW(0x4200, "Get Health Info", "8.2.9.9.3.1", 0, 0, Q,
	    NONE, NULL,
	    "reads health"),
	ROW(0x4201, "Get Alert Configuration", "8.2.9.9.3.2", 0, 0, Q,
	    NONE, NULL,
	    "reads thresholds"),
	ROW(0x4202, "Set Alert Configuration", "8.2.9.9.3.3", 0xc, 0xc, S,
	    EFFECT_POLICY, NULL,
	    "sets when alerts are raised"),
	ROW(0x4203, "Get Shutdown State", "8.2.9.9.3.4", 0, 0, Q,
	    NONE, NULL,
	    "reads a state"),
	ROW(0x4204, "Set Shutdown State", "8.2.9.9.3.5", 1, 1, D,
	    EFFECT_POLICY, NULL,
	    "can hide a dirty shutdown from the host, or fake one"),
	ROW(0x4300, "Get Poison List", "8.2.9.9.4.1", 0x10, 0x10, Q,
	    NONE, NULL,
	    "reads addresses"),
	ROW(0x4301, "Inject Poison", "8.2.9.9.4.2", 8, 8, D,
	    EFFECT_DATA, NULL,
	    "loses a line of memory"),
	ROW(0x4302, "Clear Poison", "8.2.9.9.4.3", 0x48, 0x48, D,
	    EFFECT_DATA, NULL,
	    "overwrites a line of memory"),
	ROW(0x4303, "Get Scan Media Capabilities", "8.2.9.9.4.4", 0x10, 0x10, Q,
	    NONE, NULL,
	    "estimates a scan; does not start one"),
	ROW(0x4304, "Scan Media", "8.2.9.9.4.5", 0x11, 0x11, S,
	    EFFECT_BACKGROUND, NULL,
	    "slows this component down"),
	ROW(0x4305, "Get Scan Media Results", "8.2.9.9.4.6", 0, 0, S,
	    NONE, NULL,
	    "reading consumes the results"),
	ROW(0x4400, "Sanitize", "8.2.9.9.5.1", 0, 0, D,
	    EFFECT_DATA | EFFECT_SECURITY | EFFECT_BACKGROUND, NULL,
	    "destroys all data"),
	ROW(0x4401, "Secure Erase", "8.2.9.9.5.2", 0, 0, D,
	    EFFECT_DATA | EFFECT_SECURITY | EFFECT_BACKGROUND, NULL,
	    "destroys all data"),
	ROW(0x4402, "Media Operations", "8.2.9.9.5.3", 8, LENGTH_ANY, D,
	    EFFECT_DATA | EFFECT_BACKGROUND, swcci_inspect_media_operation,
	    "zeroes or sanitizes ranges; discovery reads"),
	ROW(0x4500, "Get Security State", "8.2.9.9.6.1", 0, 0, Q,
	    NONE, NULL,
	    "reads a state"),
	ROW(0x4501, "Set Passphrase", "8.2.9.9.6.2", 0x60, 0x60, D,
	    EFFECT_SECURITY, NULL,
	    "can lock the owner out"),
	ROW(0x4502, "Disable Passphrase", "8.2.9.9.6.3", 0x40, 0x40, D,
	    EFFECT_SECURITY, NULL,
	    "removes protection"),
	ROW(0x4503, "Unlock", "8.2.9.9.6.4", 0x20, 0x20, D,
	    EFFECT_SECURITY, NULL,
	    "tries passphrases; can exhaust the attempts"),
	ROW(0x4504, "Freeze Security State", "8.2.9.9.6.5", 0, 0, D,
	    EFFECT_SECURITY, NULL,
	    "locks the owner out until a reset"),
	ROW(0x4505, "Passphrase Secure Erase", "8.2.9.9.6.6", 0x40, 0x40, D,
	    EFFECT_DATA | EFFECT_SECURITY, NULL,
	    "destroys all data"),
	ROW(0x4600, "Security Send", "8.2.9.9.7.1", 8, LENGTH_ANY, D,
	    EFFECT_SECURITY, NULL,
	    "carries a security protocol that the driver does not decode"),
	ROW(0x4601, "Security Receive", "8.2.9.9.7.2", 8, 8, Q,
	    NONE, swcci_inspect_secret,
	    "returns data of a security protocol that the driver does not decode"),
	ROW(0x4700, "Get SLD QoS Control", "8.2.9.9.8.1", 0, 0, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x4701, "Set SLD QoS Control", "8.2.9.9.8.2", 4, 4, D,
	    EFFECT_POLICY, NULL,
	    "takes bandwidth from the host"),
	ROW(0x4702, "Get SLD QoS Status", "8.2.9.9.8.3", 0, 0, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x4800, "Get Dynamic Capacity Configuration", "8.2.9.9.9.1", 2, 2, Q,
	    NONE, NULL,
	    "reads regions"),
	ROW(0x4801, "Get Dynamic Capacity Extent List", "8.2.9.9.9.2", 8, 8, Q,
	    NONE, NULL,
	    "reads extents"),
	ROW(0x4802, "Add Dynamic Capacity Response", "8.2.9.9.9.3", 8, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_dc_response,
	    "accepts or rejects capacity on behalf of the host"),
	ROW(0x4803, "Release Dynamic Capacity", "8.2.9.9.9.4", 8, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_dc_response,
	    "releases memory on behalf of the host"),
	ROW(0x5100, "Identify Switch Device", "7.6.7.1.1", 0, 0, Q,
	    NONE, NULL,
	    "reads counts"),
	ROW(0x5101, "Get Physical Port State", "7.6.7.1.2", 1, 0x100, Q,
	    NONE, swcci_inspect_port_list,
	    "reads ports"),
	ROW(0x5102, "Physical Port Control", "7.6.7.1.3", 2, 2, D,
	    NONE, swcci_inspect_port_control,
	    "takes a link down; its CEL lists no effects"),
	ROW(0x5103, "Send PPB CXL.io Configuration Request", "7.6.7.1.4", 8, 8, D,
	    NONE, swcci_inspect_ppb_config,
	    "a write can do anything to a port; its CEL lists no effects"),
	ROW(0x5104, "Get Domain Validation SV State", "7.6.7.1.5", 0, 0, Q,
	    NONE, NULL,
	    "reads whether a secret is set, not the secret"),
	ROW(0x5105, "Set Domain Validation SV", "7.6.7.1.6", 0x10, 0x10, D,
	    NONE, NULL,
	    "can be set only once, so a wrong value locks the owner out"),
	ROW(0x5106, "Get VCS Domain Validation SV State", "7.6.7.1.7", 1, 1, Q,
	    NONE, NULL,
	    "reads whether a secret is set, not the secret"),
	ROW(0x5107, "Get Domain Validation SV", "7.6.7.1.8", 1, 1, Q,
	    NONE, swcci_inspect_secret,
	    "reads the secret itself"),
	ROW(0x5200, "Get Virtual CXL Switch Info", "7.6.7.2.1", 3, 0x102, Q,
	    NONE, swcci_inspect_switch_list,
	    "reads bindings"),
	ROW(0x5201, "Bind vPPB", "7.6.7.2.2", 6, 6, P,
	    EFFECT_BACKGROUND, swcci_inspect_bind,
	    "the host sees a hot-add"),
	ROW(0x5202, "Unbind vPPB", "7.6.7.2.3", 3, 3, D,
	    EFFECT_BACKGROUND, swcci_inspect_unbind,
	    "surprise removal can crash the host; managed removal involves it"),
	ROW(0x5203, "Generate AER Event", "7.6.7.2.4", 0x28, 0x28, D,
	    NONE, swcci_inspect_aer,
	    "injects a forged error into a host; its CEL lists no effects"),
	ROW(0x5301, "Send LD CXL.io Configuration Request", "7.6.7.3.2", 0xc, 0xc, D,
	    NONE, swcci_inspect_ld_config,
	    "a write can do anything to an LD; its CEL lists no effects"),
	ROW(0x5302, "Send LD CXL.io Memory Request", "7.6.7.3.3", 0x10, 0x10 + 0x1000, D,
	    NONE, swcci_inspect_memory_request,
	    "reads or writes an LD's registers or memory; its CEL lists no effects"),
	ROW(0x5400, "Get LD Info", "7.6.7.4.1", 0, 0, Q,
	    NONE, NULL,
	    "reads counts"),
	ROW(0x5401, "Get LD Allocations", "7.6.7.4.2", 0, 2, Q,
	    NONE, swcci_inspect_ld_allocations,
	    "reads allocations"),
	ROW(0x5402, "Set LD Allocations", "7.6.7.4.3", 4, LENGTH_ANY, D,
	    CONF | EFFECT_DATA, swcci_inspect_ld_set_allocations,
	    "moves memory between hosts"),
	ROW(0x5403, "Get QoS Control", "7.6.7.4.4", 0, 0, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x5404, "Set QoS Control", "7.6.7.4.5", 7, 7, D,
	    EFFECT_POLICY, NULL,
	    "takes bandwidth from hosts"),
	ROW(0x5405, "Get QoS Status", "7.6.7.4.6", 0, 0, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x5406, "Get QoS Allocated BW", "7.6.7.4.7", 2, 2, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x5407, "Set QoS Allocated BW", "7.6.7.4.8", 2, 2 + 0xff, D,
	    CONF | EFFECT_DATA, swcci_inspect_bandwidth,
	    "takes bandwidth from hosts"),
	ROW(0x5408, "Get QoS BW Limit", "7.6.7.4.9", 2, 2, Q,
	    NONE, NULL,
	    "reads QoS"),
	ROW(0x5409, "Set QoS BW Limit", "7.6.7.4.10", 2, 2 + 0xff, D,
	    CONF | EFFECT_DATA, swcci_inspect_bandwidth,
	    "takes bandwidth from hosts"),
	ROW(0x5500, "Get Multi-Headed Info", "7.6.7.5.1", 2, 2, Q,
	    NONE, NULL,
	    "reads heads"),
	ROW(0x5501, "Get Head Info", "7.6.7.5.2", 2, 2, Q,
	    NONE, NULL,
	    "reads heads"),
	ROW(0x5600, "Get DCD Info", "7.6.7.6.1", 0, 0, Q,
	    NONE, NULL,
	    "reads capacity"),
	ROW(0x5601, "Get Host DC Region Configuration", "7.6.7.6.2", 4, 4, Q,
	    NONE, NULL,
	    "reads regions"),
	ROW(0x5602, "Set DC Region Configuration", "7.6.7.6.3", 0x10, 0x10, D,
	    CONF | EFFECT_DATA, NULL,
	    "changes the layout of a host's memory"),
	ROW(0x5603, "Get DC Region Extent Lists", "7.6.7.6.4", 0xc, 0xc, Q,
	    NONE, NULL,
	    "reads extents"),
	ROW(0x5604, "Initiate Dynamic Capacity Add", "7.6.7.6.5", 0x1c, LENGTH_ANY, D,
	    CONF | EFFECT_DATA, swcci_inspect_dc_add,
	    "offers memory that the host accepts; sharing does not involve the other host"),
	ROW(0x5605, "Initiate Dynamic Capacity Release", "7.6.7.6.6", 0x1c, LENGTH_ANY, D,
	    CONF | EFFECT_DATA, swcci_inspect_dc_release,
	    "forced removal or sanitizing loses memory; else the host releases it"),
	ROW(0x5606, "Dynamic Capacity Add Reference", "7.6.7.6.7", 0x10, 0x10, P,
	    CONF, NULL,
	    "keeps shared memory alive"),
	ROW(0x5607, "Dynamic Capacity Remove Reference", "7.6.7.6.8", 0x10, 0x10, D,
	    CONF | EFFECT_DATA, NULL,
	    "may free shared memory"),
	ROW(0x5608, "Dynamic Capacity List Tags", "7.6.7.6.9", 8, 8, Q,
	    NONE, NULL,
	    "reads tags"),
	ROW(0x5700, "Identify PBR Switch", "7.7.13.1", 0, 0, Q,
	    NONE, NULL,
	    "reads counts"),
	ROW(0x5701, "Fabric Crawl Out", "7.7.13.2", 6, LENGTH_ANY, D,
	    NONE, swcci_inspect_wrapper,
	    "wraps a command for a component that the driver does not identify"),
	ROW(0x5702, "Get PBR Link Partner Info", "7.7.13.3", 1, 0x100, Q,
	    NONE, swcci_inspect_port_list,
	    "reads ports"),
	ROW(0x5703, "Get PID Target List", "7.7.13.4", 4, 4, Q,
	    NONE, NULL,
	    "reads PIDs"),
	ROW(0x5704, "Configure PID Assignment", "7.7.13.5", 4, LENGTH_ANY, D,
	    NONE, swcci_inspect_pid_assignment,
	    "changes or clears the PID by which hosts reach a component"),
	ROW(0x5705, "Get PID Binding", "7.7.13.6", 2, 2, Q,
	    EFFECT_BACKGROUND, NULL,
	    "reads a binding"),
	ROW(0x5706, "Configure PID Binding", "7.7.13.7", 0x1c, 0x1c, D,
	    EFFECT_BACKGROUND, swcci_inspect_pid_binding,
	    "unbinding takes a device from a host; binding is a hot-add"),
	ROW(0x5707, "Get Table Descriptors", "7.7.13.8", 4, 4, Q,
	    NONE, NULL,
	    "reads table sizes"),
	ROW(0x5708, "Get DRT", "7.7.13.9", 6, 6, Q,
	    NONE, NULL,
	    "reads routes"),
	ROW(0x5709, "Set DRT", "7.7.13.10", 6, LENGTH_ANY, D,
	    NONE, swcci_inspect_drt,
	    "reroutes hosts' traffic; its CEL lists no effects"),
	ROW(0x570a, "Get RGT", "7.7.13.11", 6, 6, Q,
	    NONE, NULL,
	    "reads routes"),
	ROW(0x570b, "Set RGT", "7.7.13.12", 6, LENGTH_ANY, D,
	    NONE, swcci_inspect_rgt,
	    "reroutes hosts' traffic; its CEL lists no effects"),
	ROW(0x570c, "Get LDST/IDT Capabilities", "7.7.13.13", 1, 1, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x570d, "Set LDST/IDT Configuration", "7.7.13.14", 0x12, 0x12, D,
	    EFFECT_CONFIG, NULL,
	    "moves a host's memory window"),
	ROW(0x570e, "Get LDST Segment Entries", "7.7.13.15", 6, 6, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x570f, "Set LDST Segment Entries", "7.7.13.16", 6, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_segments,
	    "remaps a host's memory"),
	ROW(0x5710, "Get LDST IDT DPID Entries", "7.7.13.17", 6, 6, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x5711, "Set LDST IDT DPID Entries", "7.7.13.18", 8, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_idt,
	    "remaps a host's memory"),
	ROW(0x5712, "Get Completer ID-Based Re-Router Entries", "7.7.13.19", 6, 6, Q,
	    NONE, NULL,
	    "reads routes"),
	ROW(0x5713, "Set Completer ID-Based Re-Router Entries", "7.7.13.20", 6, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_rerouter,
	    "reroutes hosts' traffic"),
	ROW(0x5714, "Get LDST Access Vector", "7.7.13.21", 8, 8, Q,
	    NONE, NULL,
	    "reads access rights"),
	ROW(0x5715, "Get VCS LDST Access Vector", "7.7.13.22", 0xc, 0xc, Q,
	    NONE, NULL,
	    "reads access rights"),
	ROW(0x5716, "Configure VCS LDST Access", "7.7.13.23", 4, 4, D,
	    NONE, NULL,
	    "grants or revokes a host's access; its CEL lists no effects"),
	ROW(0x5800, "Identify GAE", "7.7.14.1", 2, 2, Q,
	    NONE, NULL,
	    "reads counts"),
	ROW(0x5801, "Get PID Interrupt Vector", "7.7.14.2", 9, 9, S,
	    NONE, swcci_inspect_interrupt_vector,
	    "reads which PIDs interrupted; may clear what it reads"),
	ROW(0x5802, "Get PID Access Vectors", "7.7.14.3", 8, 8, Q,
	    NONE, NULL,
	    "reads access rights"),
	ROW(0x5803, "Get FAST/IDT Capabilities", "7.7.14.4", 4, 4, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x5804, "Set FAST/IDT Configuration", "7.7.14.5", 0x14, 0x14, D,
	    EFFECT_CONFIG, NULL,
	    "moves a host's memory window"),
	ROW(0x5805, "Get FAST Segment Entries", "7.7.14.6", 6, 6, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x5806, "Set FAST Segment Entries", "7.7.14.7", 6, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_segments,
	    "remaps a host's memory"),
	ROW(0x5807, "Get IDT DPID Entries", "7.7.14.8", 6, 6, Q,
	    NONE, NULL,
	    "reads decoders"),
	ROW(0x5808, "Set IDT DPID Entries", "7.7.14.9", 8, LENGTH_ANY, D,
	    EFFECT_CONFIG, swcci_inspect_idt,
	    "remaps a host's memory"),
	ROW(0x5809, "Proxy GFD Management Command", "7.7.14.10", 0x16, 0x16, D,
	    NONE, NULL,
	    "the device reads a command from host memory and writes its answer there"),
	ROW(0x580a, "Get Proxy Thread Status", "7.7.14.11", 2, 2, Q,
	    NONE, NULL,
	    "reads progress"),
	ROW(0x580b, "Cancel Proxy Thread", "7.7.14.12", 2, 2, D,
	    NONE, NULL,
	    "discards the answer of a command that may have run"),
	ROW(0x5900, "Identify VCS GAE", "7.7.15.1", 3, 3, Q,
	    NONE, NULL,
	    "reads counts"),
	ROW(0x5901, "Get VCS PID Access Vectors", "7.7.15.2", 0xc, 0xc, Q,
	    NONE, NULL,
	    "reads access rights"),
	ROW(0x5902, "Configure VCS PID Access", "7.7.15.3", 0x18, 0x18, D,
	    NONE, NULL,
	    "grants or revokes a host's access; its CEL lists no effects"),
	ROW(0x5903, "Get VendPrefixL0 State", "7.7.15.4", 1, 1, Q,
	    NONE, NULL,
	    "reads a state"),
	ROW(0x5904, "Set VendPrefixL0 State", "7.7.15.5", 3, 3, D,
	    NONE, NULL,
	    "enables or disables hosts' vendor messages; its CEL lists no effects"),
};

#define VENDOR_ROWS_MAX	16	/* enforced by vendor.awk */

static_assert(ARRAY_SIZE(rows) + VENDOR_ROWS_MAX <= AUDITED_ROWS_MAX,
	      "a destination keeps one effects word for each row, vendor rows included");

static int find_in_table(u16 opcode)
{
	int low = 0, high = (int)ARRAY_SIZE(rows) - 1;

	while (low <= high) {
		int middle = (low + high) / 2;

		if (rows[middle].opcode == opcode)
			return middle;
		if (rows[middle].opcode < opcode)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

/* All vendors that use an opcode share one effects word. */
static int find_vendor(u16 opcode)
{
	for (int i = 0; i < swcci_vendor_row_count; i++)
		if (swcci_vendor_rows[i].row.opcode == opcode)
			return (int)ARRAY_SIZE(rows) + i;
	return -1;
}

int swcci_audited_find(u16 opcode)
{
	int row = find_in_table(opcode);

	return row >= 0 ? row : find_vendor(opcode);
}

int swcci_audited_rows(void)
{
	return (int)ARRAY_SIZE(rows) + swcci_vendor_row_count;
}

const struct swcci_audited_row *swcci_audited_row(int row)
{
	if (row < 0 || row >= swcci_audited_rows())
		return NULL;
	if (row < (int)ARRAY_SIZE(rows))
		return &rows[row];
	return &swcci_vendor_rows[row - (int)ARRAY_SIZE(rows)].row;
}

static const struct swcci_audit worst = {
	.impact = IMPACT_DESTRUCTIVE, .row = -1, .text_row = -1, .feature = -1,
};

void swcci_audited_judge(u16 opcode, const u8 *payload, u32 length, struct swcci_audit *audit)
{
	const struct swcci_audited_row *row;

	*audit = worst;
	audit->row = find_in_table(opcode);
	audit->text_row = audit->row;
	if (audit->row < 0)
		return;
	row = &rows[audit->row];
	if (length < row->length_min || length > row->length_max)
		return;

	audit->impact = row->impact;
	audit->audited = !row->inspect || row->inspect(payload, length, audit);
	if (!audit->audited)
		audit->impact = IMPACT_DESTRUCTIVE;
}

bool swcci_audited_by_vendor(u16 opcode, u32 length)
{
	for (int i = 0; i < swcci_vendor_row_count; i++)
		if (swcci_vendor_rows[i].row.opcode == opcode &&
		    length >= swcci_vendor_rows[i].row.length_min &&
		    length <= swcci_vendor_rows[i].row.length_max)
			return true;
	return false;
}

void swcci_audited_judge_vendor(u16 opcode, u32 length, u16 vendor_id, u16 device_id,
				struct swcci_audit *audit)
{
	const struct swcci_vendor_row *v;

	for (int i = 0; !audit->audited && i < swcci_vendor_row_count; i++) {
		v = &swcci_vendor_rows[i];
		if (v->row.opcode != opcode || v->vendor_id != vendor_id ||
		    v->device_id != device_id || length < v->row.length_min ||
		    length > v->row.length_max)
			continue;
		audit->audited = true;
		audit->by_vendor_row = true;
		audit->impact = v->row.impact;
		audit->row = find_vendor(opcode);
		audit->text_row = (int)ARRAY_SIZE(rows) + i;
	}
}

bool swcci_audited_changes_fabric(u16 opcode, const struct swcci_audit *audit)
{
	if (!audit->audited)
		return true;
	if (audit->impact == IMPACT_QUERY)
		return false;
	switch (opcode >> 8) {
	case 0x51:
	case 0x52:
	case 0x54:
	case 0x56:
	case 0x57:
	case 0x59:
		return true;
	default:
		return opcode == 0x0202 || opcode == 0x0701 || opcode == 0x5302 ||
		       opcode == 0x5809;
	}
}
