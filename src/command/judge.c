// SPDX-License-Identifier: GPL-2.0-only
/*
 * DESIGN section 3, steps 3 to 6. What the table can refuse is refused without
 * a register access; else the destination's own effects are weighed in. Knows no
 * gate, they are policy.c's; records nothing.
 */
#include "judge.h"


/* What is known of a destination, which is asked if that is too old. */
static int know(struct swcci_commands *commands, struct swcci_destination *d, unsigned int flags,
		struct swcci_judgement *j, struct swcci_destination_look *look)
{
	int rc;

	if (swcci_destination_look(commands->destinations, d, flags, &j->audit, look))
		return 0;
	/* a gate may close meanwhile */
	j->is_decided = false;
	rc = swcci_destination_learn(commands->destinations, d, flags, j->deadline);
	if (!rc)
		swcci_destination_look(commands->destinations, d, flags, &j->audit, look);
	return rc;
}

/*
 * The function's component type determines what the first hop of a tunnel addresses: a
 * port of a switch, an LD of a multi-logical device. On any other it means nothing that
 * was audited. Return: enum swcci_component_meaning, or a negative errno.
 */
static int path_meaning(struct swcci_commands *commands, const struct swcci_tunnel_request *leaf,
			struct swcci_judgement *j)
{
	struct swcci_destination_look own;
	struct swcci_component component;
	int rc;

	if (!leaf->path.depth || swcci_destination_self_understood(commands->destinations))
		return COMPONENT_UNDERSTOOD;
	rc = know(commands, commands->destinations->self, 0, j, &own);
	if (rc)
		return rc;
	swcci_destination_self_known(commands->destinations, &own.identity, &component);
	return component.meaning;
}

static void decide(struct swcci_judgement *j)
{
	j->verdict = swcci_policy_decide(&j->audit, &j->caller, &j->settings);
	j->is_decided = true;
}

/* All that the gates look at in a command. */
static bool gates_see_the_same(const struct swcci_audit *a, const struct swcci_audit *b)
{
	return a->audited == b->audited && a->disclosing == b->disclosing &&
	       a->unreachable == b->unreachable && a->impact == b->impact;
}

/* A vendor row may make the command audited where it goes. */
static bool refused_by_table(const struct swcci_tunnel_request *leaf, struct swcci_judgement *j)
{
	j->audit = j->table;
	if (!j->table.audited && swcci_audited_by_vendor(leaf->opcode, leaf->length))
		return false;
	decide(j);
	return j->verdict.error && !j->undecided_goes_on;
}

static void judge_blindly(struct swcci_judgement *j)
{
	j->audit.audited = false;
	j->audit.impact = IMPACT_DESTRUCTIVE;
	j->audit.row = -1;
	j->audit.text_row = -1;
	decide(j);
}

/* Whatever it is: a query would hold up everybody else too. */
static void give_up_on_slow(struct swcci_judgement *j)
{
	j->slow = true;
	j->look = (struct swcci_destination_look){ .view.knowledge = POLICY_SILENT };
	j->audit = j->table;
	j->audit.unreachable = true;
}

/*
 * Who may start an operation may ask for its end: for its owner an abort is no
 * more than a setting, and the wish for one at the last close is no less. DESIGN
 * section 6.
 */
static void weigh_ownership(const struct swcci_judgement *j, struct swcci_audit *audit)
{
	if (j->aborts_own && audit->audited)
		audit->impact = min_t(enum swcci_impact, audit->impact, IMPACT_SETTING);
	if (j->wants_abort)
		audit->impact = max_t(enum swcci_impact, audit->impact, IMPACT_SETTING);
}

/* Effects of one component never count for another one's identity: -EAGAIN. */
static int weigh_vendor_row(struct swcci_commands *commands,
			    const struct swcci_tunnel_request *leaf, struct swcci_judgement *j)
{
	u32 round = j->look.round;

	if (j->audit.audited || !j->look.identity.known)
		return 0;
	swcci_audited_judge_vendor(leaf->opcode, leaf->length, j->look.identity.vendor_id,
				   j->look.identity.device_id, &j->audit);
	swcci_destination_look(commands->destinations, j->destination, 0, &j->audit, &j->look);
	return j->look.round == round ? 0 : -EAGAIN;
}

static int weigh(struct swcci_commands *commands, const struct swcci_tunnel_request *leaf,
		 struct swcci_judgement *j, unsigned int flags)
{
	int rc;

	if (j->table.feature >= 0)
		flags |= DESTINATION_FEATURES;
	j->audit = j->table;
	rc = know(commands, j->destination, flags, j, &j->look);
	if (rc == -EHOSTUNREACH || (!rc && swcci_destination_slow_ms(j->destination))) {
		give_up_on_slow(j);
		return 0;
	}
	if (!rc)
		rc = weigh_vendor_row(commands, leaf, j);
	if (rc)
		return rc;
	swcci_policy_apply_effects(&j->audit, &j->look.view);
	weigh_ownership(j, &j->audit);
	return 0;
}

/**
 * swcci_judge_depends_on_identity() - would the verdict be wrong at another component?
 * @j: decided
 *
 * A query changes nothing anywhere; unless only a vendor row says that it is
 * one, for components of one identity.
 *
 * Return: true if the identity has to be verified before sending.
 */
bool swcci_judge_depends_on_identity(const struct swcci_judgement *j)
{
	return j->audit.impact > IMPACT_QUERY || j->audit.by_vendor_row;
}

/* Its identity cannot be verified in the turn, so its facts must be new. */
static bool needs_new_facts(const struct swcci_tunnel_request *leaf,
			    const struct swcci_judgement *j)
{
	return leaf->path.depth && swcci_judge_depends_on_identity(j) &&
	       j->look.view.knowledge != POLICY_SILENT &&
	       !swcci_destination_unique(&j->look.identity);
}

/**
 * swcci_judge() - decide on a command
 * @commands: of the function
 * @leaf: decoded; its payload is const from here on
 * @j: in and out; to be ended with swcci_judgement_end(), whatever is returned
 *
 * Locks: takes destinations.lock, rounds of queries and turns, one after the other
 * but for a turn in a round. Killable.
 *
 * Return: 0 with @j->verdict; or why the destination could not be asked:
 * -EINTR, -EBUSY, -ENODEV, -ENOMEM; -EAGAIN if it changed meanwhile.
 */
int swcci_judge(struct swcci_commands *commands, const struct swcci_tunnel_request *leaf,
		struct swcci_judgement *j)
{
	int rc;

	j->destination = NULL;
	j->traffic = false;
	j->slow = false;
	j->is_decided = false;
	swcci_settings_policy(&commands->settings, &j->settings);
	swcci_audited_judge(leaf->opcode, leaf->payload, leaf->length, &j->table);
	weigh_ownership(j, &j->table);
	if (refused_by_table(leaf, j))
		return 0;

	rc = path_meaning(commands, leaf, j);
	if (rc < 0)
		return rc;
	if (rc == COMPONENT_FOREIGN) {
		judge_blindly(j);
		return 0;
	}
	j->table.type_pending = rc == COMPONENT_PENDING;
	if (j->table.type_pending && refused_by_table(leaf, j))
		return 0;
	rc = swcci_destination_get(commands->destinations, &leaf->path, &j->destination);
	if (rc)
		return rc;
	/* of interest to who asks for an explanation */
	j->traffic = j->undecided_goes_on &&
		     !swcci_destination_fresh(commands->destinations, j->destination, 0) &&
		     !swcci_destination_slow_ms(j->destination);
	rc = weigh(commands, leaf, j, 0);
	if (!rc && needs_new_facts(leaf, j))
		rc = weigh(commands, leaf, j, DESTINATION_AGAIN);
	if (rc)
		return rc;
	if (!j->is_decided || !gates_see_the_same(&j->audit, &j->table))
		decide(j);
	return 0;
}

void swcci_judgement_end(struct swcci_judgement *j)
{
	swcci_destination_put(j->destination);
	j->destination = NULL;
}
