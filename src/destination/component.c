// SPDX-License-Identifier: GPL-2.0-only
/*
 * The type of a component: from its Command Effects Log, from Identify, from the PCI
 * functions beside it. A mailbox need not implement Identify (CXL 3.1 table 8-37), and
 * a single wrong answer must not close every tunnel.
 */
#include "component.h"

#include "cxl_switch_cci.h"

static bool identify_is(const struct swcci_component_evidence *e, u8 type)
{
	return e->identify_valid && e->identify_type == type;
}

static struct swcci_component found(u8 type, enum cxl_switch_cci_source source)
{
	return (struct swcci_component){ .type = type, .source = source };
}

static struct swcci_component by_log(const struct swcci_component_evidence *e, u8 type)
{
	return found(type, identify_is(e, type) ? CXL_SWITCH_CCI_SOURCE_IDENTIFY :
						  CXL_SWITCH_CCI_SOURCE_EFFECTS_LOG);
}

/* A defined type of Identify precedes the sibling; a reserved one does not. */
static struct swcci_component find_type(const struct swcci_component_evidence *e)
{
	/* CXL 4.0 table 8-397: prohibited on every CCI of a device */
	if (e->log_read && e->lists_switch)
		return by_log(e, CXL_SWITCH_CCI_COMPONENT_SWITCH);
	if (e->log_read && e->lists_lds)
		return by_log(e, CXL_SWITCH_CCI_COMPONENT_TYPE3);
	if (identify_is(e, CXL_SWITCH_CCI_COMPONENT_SWITCH) ||
	    identify_is(e, CXL_SWITCH_CCI_COMPONENT_TYPE3) ||
	    identify_is(e, CXL_SWITCH_CCI_COMPONENT_GFD))
		return found(e->identify_type, CXL_SWITCH_CCI_SOURCE_IDENTIFY);
	if (e->upstream_sibling)
		return found(CXL_SWITCH_CCI_COMPONENT_SWITCH, CXL_SWITCH_CCI_SOURCE_SIBLING);
	if (e->identify_valid)
		return found(e->identify_type, CXL_SWITCH_CCI_SOURCE_IDENTIFY);
	return found(CXL_SWITCH_CCI_COMPONENT_UNKNOWN, CXL_SWITCH_CCI_SOURCE_NONE);
}

/* Each query got an answer that a conforming component gives, several times. */
static bool is_final(const struct swcci_component_evidence *e)
{
	return (e->identify_valid || e->identify_unsupported) &&
	       (e->log_read || e->log_unsupported) && e->agreeing >= COMPONENT_AGREEING;
}

/**
 * swcci_component_decide() - the type of a component, and whether that is final
 * @evidence: of one round of queries
 *
 * Return: the type and its source; COMPONENT_FOREIGN only on answers that agreed in
 * COMPONENT_AGREEING rounds, COMPONENT_PENDING until then.
 */
struct swcci_component swcci_component_decide(const struct swcci_component_evidence *evidence)
{
	struct swcci_component c = find_type(evidence);

	if (c.type == CXL_SWITCH_CCI_COMPONENT_SWITCH || c.type == CXL_SWITCH_CCI_COMPONENT_TYPE3)
		c.meaning = COMPONENT_UNDERSTOOD;
	else
		c.meaning = is_final(evidence) ? COMPONENT_FOREIGN : COMPONENT_PENDING;
	/* Identify and the log contradict each other: one of the two may be wrong once */
	c.settled = is_final(evidence) ||
		    (c.meaning == COMPONENT_UNDERSTOOD && identify_is(evidence, c.type));
	return c;
}
