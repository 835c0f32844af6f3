/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The policy: whether a caller may send a command to a destination. This is the
 * header of the room for other rooms. It includes three more:
 *
 *	tunnel.h	decode a request into its path and its leaf command
 *	audited.h	what a command does: the table of audited commands
 *	cel.h		parse a destination's Command Effects Log
 *
 * A command passes these steps: swcci_tunnel_decode(), swcci_audited_judge(),
 * swcci_policy_apply_effects() with what is known of the destination, and
 * swcci_policy_decide().
 *
 * Pure: these files do no I/O, log nothing, take no lock, allocate no memory and
 * keep no state. Any context may call them.
 */
#ifndef CCI_POLICY_H
#define CCI_POLICY_H

#include "audited.h"
#include "cel.h"
#include "cxl_switch_cci.h"
#include "tunnel.h"

/**
 * enum swcci_policy_knowledge - how far a destination's effects are known
 * @POLICY_EFFECTS_READ: its Command Effects Log was read to its end
 * @POLICY_EFFECTS_UNREADABLE: it answers, but without a usable log
 * @POLICY_SILENT: it does not answer
 */
enum swcci_policy_knowledge {
	POLICY_EFFECTS_READ,
	POLICY_EFFECTS_UNREADABLE,
	POLICY_SILENT,
};

/**
 * struct swcci_policy_destination - what is known of the destination of one command
 * @knowledge: of its Command Effects Log; the rest is valid if the log was read
 * @listed: the log lists the command's opcode
 * @effects: EFFECT_* of that entry; 0 if it is not listed
 * @feature_known: for Set Feature: the entry of the feature was read, and the
 *	next two are valid
 * @feature_changeable: that entry says that the feature can be changed
 * @feature_effects: EFFECT_* of changing this feature
 */
struct swcci_policy_destination {
	enum swcci_policy_knowledge knowledge;
	bool listed;
	u16 effects;
	bool feature_known;
	bool feature_changeable;
	u16 feature_effects;
};

/**
 * struct swcci_policy_kernel - checks of the kernel that may leave a log line
 * @capable_rawio: the caller has CAP_SYS_RAWIO; may write an audit record
 * @locked_down: the kernel is locked down; may write a line to the kernel log
 * @context: argument of both
 *
 * The gates call a function only if its result decides.
 */
struct swcci_policy_kernel {
	bool (*capable_rawio)(void *context);
	bool (*locked_down)(void *context);
	void *context;
};

/**
 * struct swcci_policy_caller - who sends the command
 * @may_write: the file is open for writing
 * @limit: highest impact that RESTRICT left to the file
 * @foreign_transfer: the command continues a transfer of another open file
 * @kernel: checks of the kernel
 */
struct swcci_policy_caller {
	bool may_write;
	enum swcci_impact limit;
	bool foreign_transfer;
	struct swcci_policy_kernel kernel;
};

/**
 * struct swcci_policy_settings - what the administrator and the build allow
 * @strict: protection=strict
 * @raw_allowed: raw_commands is set, or raw_window is open
 * @audited_pass_lockdown: build key: lockdown does not refuse audited commands
 * @unaudited_pass_lockdown: build key: lockdown does not refuse unaudited commands
 */
struct swcci_policy_settings {
	bool strict;
	bool raw_allowed;
	bool audited_pass_lockdown;
	bool unaudited_pass_lockdown;
};

/**
 * struct swcci_policy_verdict - the decision
 * @error: 0: allowed; else the negative errno of the gate that refuses: -EINVAL,
 *	-EBADF, -EPERM, -EBUSY or -EHOSTUNREACH
 * @reason: that gate; CXL_SWITCH_CCI_REASON_NONE if @error is 0
 */
struct swcci_policy_verdict {
	int error;
	enum cxl_switch_cci_reason reason;
};

/**
 * swcci_policy_apply_effects() - raise the impact by the destination's effects
 * @audit: result of swcci_audited_judge(), raised here
 * @destination: what is known of the destination
 *
 * The impact is never lowered: FM API commands that change much advertise no
 * effect, and a vendor's device may give a command more effects than the
 * specification does. An audited change counts as DESTRUCTIVE if the log does
 * not list it, or if there is no usable log. If the destination does not answer,
 * all but audited queries become unreachable.
 */
void swcci_policy_apply_effects(struct swcci_audit *audit,
				const struct swcci_policy_destination *destination);

/**
 * swcci_policy_decide() - may this caller send this command?
 * @audit: what the command does
 * @caller: who sends it
 * @settings: the settings in force
 *
 * Return: the verdict of the first gate that refuses:
 *
 * * -EINVAL, MALFORMED: no receiver answers this command
 * * -EBADF, READ_ONLY: above QUERY on a file that is not open for writing
 * * -EPERM, RESTRICTED: above the limit of the file
 * * -EPERM, PROTECTION: not an audited query that discloses nothing, under
 *   protection=strict
 * * -EBUSY, IDENTITY: not an audited query, through a function whose type is not
 *   known yet
 * * -EPERM, UNAUDITED: unaudited, and raw commands are not allowed
 * * -EPERM, CAPABILITY: above SETTING, disclosing or unaudited, without
 *   CAP_SYS_RAWIO
 * * -EBUSY, OWNERSHIP: part of a transfer of another open file
 * * -EHOSTUNREACH, UNREACHABLE: the destination does not answer
 * * -EPERM, LOCKDOWN: DESTRUCTIVE, disclosing or unaudited on a kernel that is
 *   locked down, and no build key allows it
 *
 * If no gate refuses, the verdict has error 0.
 */
struct swcci_policy_verdict swcci_policy_decide(const struct swcci_audit *audit,
						const struct swcci_policy_caller *caller,
						const struct swcci_policy_settings *settings);

/**
 * swcci_policy_refusals() - all gates that would refuse, for EXPLAIN
 * @audit: what the command does
 * @caller: who would send it; its capability check should leave no audit record,
 *	since every gate is evaluated
 * @settings: the settings in force
 *
 * Return: a bit, 1 << enum cxl_switch_cci_reason, for each gate that refuses.
 */
u32 swcci_policy_refusals(const struct swcci_audit *audit, const struct swcci_policy_caller *caller,
			  const struct swcci_policy_settings *settings);

#endif /* CCI_POLICY_H */
