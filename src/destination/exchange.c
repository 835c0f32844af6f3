// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver's own commands, through any number of tunnels. An answer counts only if
 * lengths, tag, category and opcode fit at every level. Does not know what a command
 * means; keeps nothing.
 */
#include "exchange.h"

#include "mailbox/mailbox.h"
#include "opcodes.h"
#include "trace.h"

static int build(const struct swcci_exchange *x, struct swcci_mailbox_command *command, u8 *wrapped,
		 u32 wrapped_room)
{
	int length;

	command->ticket.leaf_opcode = x->opcode;
	command->ticket.destination = swcci_tunnel_key(x->path);
	if (!x->path->depth) {
		command->ticket.opcode = x->opcode;
		command->in = x->in;
		command->in_length = x->in_length;
		return 0;
	}
	length = swcci_tunnel_encode(x->path, x->opcode, x->in, x->in_length, wrapped,
				     wrapped_room);
	if (length < 0)
		return length;
	command->ticket.opcode = CCI_OP_TUNNEL;
	command->in = wrapped;
	command->in_length = length;
	return 0;
}

static void read_reply(struct swcci_exchange *x, const struct swcci_mailbox_command *command)
{
	const struct swcci_tunnel_request leaf = { .path = *x->path, .opcode = x->opcode };
	u32 overhead = swcci_tunnel_overhead(x->path);
	struct swcci_tunnel_answer answer;
	const char *why;

	if (swcci_tunnel_decode_answer(&leaf, command->return_code, command->vendor_status,
				       x->buffer, command->out_length, &answer, &why)) {
		x->reply = EXCHANGE_MALFORMED;
		return;
	}
	x->return_code = answer.return_code;
	x->reply = answer.level == x->path->depth ? EXCHANGE_ANSWER : EXCHANGE_NO_PATH;
	x->payload = answer.payload;
	x->length = answer.payload ? min(answer.length, command->out_copied - overhead) : 0;
}

/**
 * swcci_exchange_send_in_turn() - send as one of the two commands of a turn
 * @channel: of the function
 * @turn: held
 * @x: command in, answer out
 *
 * Killable.
 *
 * Return: 0 with @x->reply; -EINTR: a fatal signal; -EBUSY: @x->deadline passed, the
 * mailbox is stuck or was reset, or the machine goes to sleep, all of which say nothing
 * about the component; -ENODEV; -EMSGSIZE: @x->in is too long for its tunnels.
 */
int swcci_exchange_send_in_turn(const struct swcci_exchange_channel *channel,
				struct swcci_mailbox_turn *turn, struct swcci_exchange *x)
{
	u8 wrapped[EXCHANGE_OVERHEAD_MAX + EXCHANGE_IN_MAX];
	struct swcci_mailbox_command command = {
		.ticket.id = atomic64_inc_return(channel->last_command_id),
		.out = x->buffer,
		.out_room = x->room,
		.deadline = x->deadline,
	};
	int rc;

	x->id = command.ticket.id;
	x->sent = false;
	x->reply = EXCHANGE_SILENCE;
	x->return_code = CCI_RC_SUCCESS;
	x->payload = NULL;
	x->length = 0;
	rc = build(x, &command, wrapped, sizeof(wrapped));
	if (rc)
		return rc;
	trace_cxl_switch_submit(channel->number, command.ticket.id, command.ticket.opcode,
				x->opcode, x->path->depth, command.in_length);
	rc = swcci_mailbox_execute(channel->mailbox, turn, &command);
	trace_cxl_switch_complete(channel->number, command.ticket.id, rc, command.return_code,
				  command.out_length, command.duration_ns);
	x->sent = command.submitted;
	x->mailbox_code = command.return_code;
	if (!rc)
		read_reply(x, &command);
	else if (command.overdue || (rc == -EIO && command.abandoned))
		rc = 0;		/* silence is its answer */
	else if (rc == -ETIMEDOUT || rc == -EIO)
		rc = -EBUSY;	/* a reset, a deadline or a sleep is not an answer */
	return rc;
}

/**
 * swcci_exchange_send() - send in a turn of its own
 * @channel: of the function
 * @x: command in, answer out
 *
 * Sends it once more if the answer is Retry Required. Killable.
 *
 * Return: as swcci_exchange_send_in_turn().
 */
int swcci_exchange_send(const struct swcci_exchange_channel *channel, struct swcci_exchange *x)
{
	struct swcci_mailbox_turn turn;
	int rc;

	rc = swcci_mailbox_turn_begin(channel->mailbox, &turn, x->deadline);
	if (rc)
		return rc;
	rc = swcci_exchange_send_in_turn(channel, &turn, x);
	/* CXL 3.1 table 8-34: retry; a turn has room for two commands */
	if (!rc && x->reply != EXCHANGE_SILENCE && x->return_code == CCI_RC_RETRY_REQUIRED)
		rc = swcci_exchange_send_in_turn(channel, &turn, x);
	swcci_mailbox_turn_end(channel->mailbox, &turn);
	return rc;
}
