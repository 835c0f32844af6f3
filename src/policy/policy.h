/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what a command does, who asks and what is set, to a verdict. Pure;
 * sends nothing, logs nothing, takes no lock.
 */
#ifndef CCI_POLICY_H
#define CCI_POLICY_H

#include "audited.h"
#include "cel.h"
#include "cxl_switch_cci.h"
#include "tunnel.h"

/* What a destination's Command Effects Log could tell. */
enum swcci_policy_knowledge {
	POLICY_EFFECTS_READ,		/* the log was read to its end */
	POLICY_EFFECTS_UNREADABLE,	/* it answers, but not with a usable log */
	POLICY_SILENT,			/* nothing answers there */
};

/* What is known of the destination of one command. */
struct swcci_policy_destination {
	enum swcci_policy_knowledge knowledge;
	bool listed;			/* the opcode is in the log */
	u16 effects;			/* of that entry */
	bool feature_known;		/* Set Feature: the feature's entry was read, */
	bool feature_changeable;
	u16 feature_effects;
};

/* Asked late and only if the answer matters: asking leaves audit records. */
struct swcci_policy_kernel {
	bool (*capable_rawio)(void *context);
	bool (*locked_down)(void *context);
	void *context;
};

struct swcci_policy_caller {
	bool may_write;			/* open mode */
	enum swcci_impact limit;		/* RESTRICT */
	bool foreign_transfer;		/* a part of a transfer of another file's */
	struct swcci_policy_kernel kernel;
};

struct swcci_policy_settings {
	bool strict;			/* protection=strict */
	bool raw_allowed;		/* raw_commands, or raw_window is open */
	bool audited_pass_lockdown;	/* build keys */
	bool unaudited_pass_lockdown;
};

struct swcci_policy_verdict {
	int error;			/* 0: allowed */
	enum cxl_switch_cci_reason reason;
};

void swcci_policy_apply_effects(struct swcci_audit *audit,
				const struct swcci_policy_destination *destination);
struct swcci_policy_verdict swcci_policy_decide(const struct swcci_audit *audit,
						const struct swcci_policy_caller *caller,
						const struct swcci_policy_settings *settings);
u32 swcci_policy_refusals(const struct swcci_audit *audit, const struct swcci_policy_caller *caller,
			  const struct swcci_policy_settings *settings);

#endif /* CCI_POLICY_H */
