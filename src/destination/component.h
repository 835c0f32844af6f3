/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kind of component a function belongs to, which decides what the first hop
 * of a tunnel through it addresses. Pure.
 */
#ifndef CCI_COMPONENT_H
#define CCI_COMPONENT_H

#include "bytes.h"

/* Rounds of queries with equal answers before an unusual answer counts as a fact. */
#define COMPONENT_AGREEING	3

/* Whether a tunnel through the function may be judged by its leaf. */
enum swcci_component_meaning {
	COMPONENT_PENDING,	/* the type is not known yet */
	COMPONENT_UNDERSTOOD,	/* the first hop is a port or an LD */
	COMPONENT_FOREIGN,	/* known to be neither a switch nor a device with LDs */
};

struct swcci_component_evidence {
	bool identify_valid;		/* Identify succeeded, with @identify_type */
	u8 identify_type;
	bool identify_unsupported;	/* by its return code */
	bool log_read;			/* the Command Effects Log, to its end */
	bool log_unsupported;		/* by its return code */
	bool lists_switch;		/* 5100h, Identify Switch Device */
	bool lists_lds;			/* 5400h, Get LD Info */
	bool upstream_sibling;		/* an upstream switch port in the same PCI device */
	u8 agreeing;			/* rounds in a row with these answers; saturates */
};

struct swcci_component {
	u8 type;		/* CXL_SWITCH_CCI_COMPONENT_*, or a reserved value of Identify */
	u8 source;		/* enum cxl_switch_cci_source */
	enum swcci_component_meaning meaning;
	bool settled;		/* another query would not change this */
};

struct swcci_component swcci_component_decide(const struct swcci_component_evidence *evidence);

#endif /* CCI_COMPONENT_H */
