/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the model's files share: components with their CCI, ports, the register
 * file in front, timers. Not for callers of the model.
 */
#ifndef CXL_MODEL_INTERNAL_H
#define CXL_MODEL_INTERNAL_H

#include <stdarg.h>

#include "bytes.h"
#include "model.h"

#define NS_PER_MS	1000000ull
#define NS_PER_S	1000000000ull
#define NEVER		UINT64_MAX
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define MAX_PORTS	256
#define MAX_LDS		16
#define MAX_VCS		16
#define MAX_VPPBS	64
#define UUID_SIZE	16
#define MESSAGE_HEADER	12	/* CXL 3.1 7.6.3, CCI message */
#define TUNNEL_HEADER	4

/* Return codes, CXL 3.1 table 8-34 and later additions */
enum return_code {
	RC_SUCCESS = 0x00, RC_BACKGROUND = 0x01, RC_INVALID_INPUT = 0x02, RC_UNSUPPORTED = 0x03,
	RC_INTERNAL_ERROR = 0x04, RC_RETRY = 0x05, RC_BUSY = 0x06, RC_MEDIA_DISABLED = 0x07,
	RC_FW_IN_PROGRESS = 0x08, RC_FW_OUT_OF_ORDER = 0x09, RC_FW_VERIFICATION = 0x0a,
	RC_FW_INVALID_SLOT = 0x0b, RC_INVALID_HANDLE = 0x0e, RC_INVALID_ADDRESS = 0x0f,
	RC_ABORTED = 0x12, RC_INVALID_LENGTH = 0x16, RC_INVALID_LOG = 0x17,
	RC_INTERRUPTED = 0x18, RC_FEATURE_VERSION = 0x19, RC_FEATURE_SELECTION = 0x1a,
	RC_FEATURE_IN_PROGRESS = 0x1b, RC_FEATURE_OUT_OF_ORDER = 0x1c, RC_EXHAUSTED = 0x1d,
	RC_INVALID_EXTENTS = 0x1e, RC_ABORT_UNSUPPORTED = 0x20,
};

/* Command effects, CXL 3.1 table 8-75 */
enum effect {
	EFFECT_COLD_CONFIG = 1 << 0, EFFECT_CONFIG = 1 << 1, EFFECT_DATA = 1 << 2,
	EFFECT_POLICY = 1 << 3, EFFECT_LOG = 1 << 4, EFFECT_SECURITY = 1 << 5,
	EFFECT_BACKGROUND = 1 << 6, EFFECT_ABORT = 1 << 8,
	EFFECT_RESET = 7 << 9,	/* valid, conventional reset, CXL reset */
};

enum cci_kind {
	CCI_SWITCH, CCI_SLD, CCI_MLD, CCI_LD, CCI_MULTI_HEADED, CCI_POOL, CCI_DCD,
	CCI_MEMORY_DEVICE, CCI_KINDS
};

enum event_log { LOG_INFO, LOG_WARNING, LOG_FAILURE, LOG_FATAL, LOG_DYNAMIC_CAPACITY, EVENT_LOGS };

struct cci;
struct model;

struct timer {
	uint64_t at;
	void (*fire)(struct timer *timer);
	void *owner;
	struct timer *next;
	bool armed;
};

/* One command being carried out by one CCI. */
struct call {
	struct cci *cci;
	const struct command *command;
	const uint8_t *in;
	size_t in_len;
	uint8_t *out;
	size_t room, out_len;
	uint16_t vendor_status;
};

#define VARIABLE	0xffffffffu

struct command {
	uint16_t opcode;
	uint16_t effects;
	uint32_t in_min, in_max;
	uint16_t (*run)(struct call *call);
	const char *name;
};

struct command_set {
	const struct command *commands;
	size_t count;
};

struct background {
	struct timer timer;
	bool running, ever;
	uint16_t opcode;
	uint64_t started, duration;
	uint16_t return_code, vendor_status;
	unsigned int percent;		/* as frozen when not running */
	void (*end)(struct cci *cci, uint16_t return_code, const uint8_t *argument);
	uint8_t argument[16];
	bool abortable, reopened;

	/* faults */
	bool never_ends, refuse_abort, deaf_to_abort, silent, no_abort_interrupt;
	bool finish_before_abort, end_twice;
	uint16_t forced_code;
	bool force_code;
	int forced_percent;		/* -1: the truth */
};

struct event_record {
	uint8_t bytes[0x80];
};

struct event_queue {
	/* ring of EVENT_CAPACITY, allocated with the first record */
	struct event_record *records;
	unsigned int first, count;
	uint16_t overflow;
	uint64_t overflow_first, overflow_last;
};

struct events {
	struct event_queue queue[EVENT_LOGS];
	uint8_t policy[EVENT_LOGS];
	uint16_t next_handle;
	unsigned int capacity;
};

struct cel_fault {
	int64_t entries;		/* -1: as they are */
	int64_t announced, delivered;	/* bytes; -1: as they are */
	struct { uint16_t opcode, effects; bool hide, twice; } change[8];
	unsigned int changes;
};

struct feature;
struct rule;
struct switch_state;
struct ld_state;
struct dcd_state;
struct memory_state;

struct firmware {
	uint8_t slots, active, staged;
	char revision[4][16];
	bool transferring;
	uint8_t slot;
	uint32_t next_offset;		/* bytes */
	uint32_t checksum;
	uint64_t last_part;
};

struct identity {
	uint16_t vendor, device, subvendor, subsystem;
	uint64_t serial;
};

struct cci {
	struct model *model;
	struct cci *parent;
	enum cci_kind kind;
	char name[24];
	struct identity identity;
	struct identity other;		/* for a component whose identity alternates */
	bool alternates, other_turn;
	uint8_t component_type;
	uint8_t message_exponent;	/* the true maximum message size */
	uint8_t claimed_exponent;	/* what Identify says about it */
	uint8_t response_limit;		/* as set by 0004h */
	unsigned int personality;	/* bumped when the device is swapped */
	int64_t swap_after;		/* commands to go; -1: no swap planned */
	bool held_in_reset;		/* PERST asserted on its port */

	const struct command_set *const *sets;
	struct background background;
	uint64_t background_ns;		/* how long an operation takes */
	struct timer follow_up;		/* "ends twice" */
	struct events events;
	struct firmware firmware;
	struct feature *features;
	unsigned int n_features;
	struct {
		bool active;
		uint8_t uuid[UUID_SIZE];
		uint32_t next;
		uint8_t data[64];
	} feature_transfer;
	uint64_t timestamp, timestamp_set;
	bool vendor_log_cleared, dump_populated;
	uint64_t latency_ns;
	uint64_t commands_run;
	struct rule *rules;
	struct cel_fault cel;

	struct switch_state *switch_state;
	struct ld_state *lds;		/* MLD and pool: the logical devices */
	struct cci *pool;		/* multi-headed: the LD pool's CCI */
	struct dcd_state *dcd;
	struct memory_state *memory;
	uint8_t *config_space;		/* 4 KiB for 5301h, allocated when first written */
};

enum port_kind { PORT_EMPTY, PORT_UPSTREAM, PORT_DEVICE };

struct port {
	bool exists, present;		/* present: a device is in and powered */
	enum port_kind kind;
	struct cci *device;
	uint8_t *config_space;		/* 4 KiB, allocated when first written */
	bool perst;
};

struct vppb {
	uint8_t status;			/* 0 unbound, 1 in progress, 2 port, 3 LD */
	uint8_t port;
	uint16_t ld;
};

struct vcs {
	uint8_t state, upstream, n_vppbs;
	struct vppb vppb[MAX_VPPBS];
	bool validation_set;
	uint8_t validation[UUID_SIZE];
};

struct switch_state {
	struct port port[MAX_PORTS];
	unsigned int n_ports;
	uint8_t upstream_port;
	struct vcs vcs[MAX_VCS];
	unsigned int n_vcs;
	uint32_t aer_events;
};

struct ld_state {
	struct cci *ld[MAX_LDS];
	unsigned int count;
	uint64_t range[MAX_LDS][2];
	uint8_t qos[7], bandwidth[MAX_LDS], limit[MAX_LDS];
	unsigned int heads;
};

#define OVERRIDES	16
#define ACCESS_LOG	64

struct access {
	bool write;
	uint8_t width;
	uint32_t offset;
	uint64_t value;
};

struct override {
	uint32_t offset;		/* within the BAR */
	uint8_t width;
	uint64_t value;
	int64_t left;			/* -1: for ever */
};

struct front {
	uint32_t control;		/* the two interrupt enables only */
	uint64_t command;
	bool doorbell;
	uint16_t return_code, vendor_status;
	uint32_t out_len;		/* as shown */
	uint8_t *payload, *scratch;
	uint32_t payload_size;
	uint64_t bar_size;
	struct timer answer, ready, spurious;
	bool is_ready;
	bool hung;			/* this command will never be answered */

	/* faults */
	enum { READS_NORMAL, READS_ONES, READS_ZEROS } reads;
	bool removed, background_bit_stuck, keep_background_over_flr, activation_resets;
	int64_t stick;			/* commands to hang; -1: all */
	int64_t lose_interrupts;	/* -1: all */
	uint64_t late_ns;
	int64_t late;			/* commands to delay; -1: all */
	unsigned int spurious_vector, spurious_left;
	uint64_t spurious_gap;
	struct override override[OVERRIDES];
	unsigned int overrides;
};

/* A device that lies by chance; rate 0: it does not. */
struct chaos {
	unsigned int rate;		/* of 1000 decisions */
	uint64_t random, strikes;
	struct timer swallowed;		/* the command that was not answered */
};

struct model {
	struct model_config config;
	uint64_t now;
	struct timer *timers;
	struct cci *root;		/* who answers the mailbox */
	/* owner of all components; equal to root unless memory_device */
	struct cci *fabric_switch;
	struct front front;
	struct chaos chaos;
	struct model_counters counters;
	bool logging;
	struct access access[ACCESS_LOG];
	unsigned int accesses;
	uint64_t random;
	uint64_t next_serial;
};

/* clock.c */
void timer_start(struct model *model, struct timer *timer, uint64_t delay);
void timer_stop(struct model *model, struct timer *timer);

/* cci.c */
struct answer {
	bool silent;		/* no answer ever comes */
	uint16_t return_code, vendor_status;
	size_t len;
};

struct answer cci_execute(struct cci *cci, uint16_t opcode, const uint8_t *in, size_t in_len,
			  uint8_t *out, size_t room);
const struct command *cci_command(const struct cci *cci, uint16_t opcode);
const struct command *cci_command_at(const struct cci *cci, size_t index);
uint64_t cci_latency(struct cci *cci, uint16_t opcode, const uint8_t *in, size_t in_len);
void cci_reset(struct cci *cci, enum model_reset kind);
bool cci_answers(const struct cci *cci);
uint8_t *call_reserve(struct call *call, size_t len);	/* zeroed output, NULL if no room */

/* background.c */
uint16_t background_start(struct call *call, uint64_t duration,
			  void (*end)(struct cci *, uint16_t, const uint8_t *),
			  const void *argument, size_t size);
uint16_t background_abort(struct cci *cci);
void background_drop(struct cci *cci);
unsigned int background_percent(const struct cci *cci);
uint64_t background_register(const struct cci *cci);

/* events.c */
void event_add(struct cci *cci, enum event_log log, const uint8_t uuid[UUID_SIZE],
	       const uint8_t *specific, size_t len);
uint32_t event_status(const struct cci *cci);
void events_free(struct cci *cci);
extern const uint8_t uuid_physical_switch[UUID_SIZE], uuid_virtual_switch[UUID_SIZE],
	uuid_mld_port[UUID_SIZE], uuid_dynamic_capacity[UUID_SIZE], uuid_general_media[UUID_SIZE];

/* features.c */
int features_create(struct cci *cci);
uint16_t features_effects(const struct cci *cci);
void features_reset(struct cci *cci);
struct feature *feature_at(struct cci *cci, unsigned int index);
void feature_lie(struct feature *feature, uint16_t effects, uint32_t flags);

/* logs.c */
uint16_t cel_effects(const struct cci *cci, const struct command *command);
size_t cel_entries(const struct cci *cci);
void cel_entry(const struct cci *cci, size_t index, uint8_t out[4]);

/* ports.c, binding.c */
void port_event(struct cci *sw, unsigned int port, uint8_t type);
void ports_release(struct cci *sw);
void port_record(const struct cci *sw, unsigned int port, uint8_t out[16]);
extern const struct command_set info_set, event_set, event_policy_set, firmware_set, time_set,
	log_set, feature_set, switch_set, binding_set, tunnel_set, mld_set, pool_set, dcd_set,
	memory_set, vendor_set;

/* tunnel.c */
struct cci *tunnel_target(struct cci *cci, unsigned int type, unsigned int id);

/* dcd.c, memory.c */
int dcd_create(struct cci *cci);
void dcd_free(struct cci *cci);
int memory_create(struct cci *cci);
void memory_set_persistent(struct cci *cci);
void memory_free(struct cci *cci);

/* component.c */
struct cci *component_create(struct model *model, struct cci *parent, enum cci_kind kind,
			     unsigned int lds, const char *name);
void component_destroy(struct cci *cci);
void component_swap(struct cci *cci);
struct cci *component_find(struct model *model, const char *path);
void component_each(struct cci *top, void (*visit)(struct cci *cci, void *context), void *context);
extern const char *const cci_kind_names[CCI_KINDS];

/* fabric.c */
int fabric_build(struct model *model, const char *text, char *error, size_t size);
void fabric_free(struct model *model);
int fabric_plug(struct model *model, unsigned int number, char **words, unsigned int n, char *error,
		size_t size);

/* front.c */
int front_create(struct model *model);
void front_free(struct model *model);
void front_reset(struct model *model, enum model_reset kind);
void front_interrupt(struct model *model, unsigned int vector);
void front_background_done(struct model *model);
void front_spurious(struct model *model, unsigned int vector, unsigned int count, uint64_t gap);
void front_unstick(struct model *model);
void front_ring(struct model *model);

/* check.c */
uint64_t payload_end(const struct model *model);
void check_access(struct model *model, bool write, uint64_t offset, unsigned int width,
		  uint64_t value);
void violate(struct model *model, enum model_violation violation);
enum model_register register_at(const struct model *model, uint64_t offset);

/* registers.c */
bool take_one(int64_t *left);

/* chaos.c */
uint64_t chaos_number(struct model *model);
uint64_t chaos_value(struct model *model);
bool chaos_strikes(struct model *model);
uint64_t chaos_register(struct model *model, unsigned int width, uint64_t value);
void chaos_rung(struct model *model);
void chaos_swallowed(struct model *model);

/* rules.c: faults in answers */
enum rule_outcome { RULE_NONE, RULE_ANSWERED, RULE_SILENT };
enum rule_outcome rules_before(struct cci *cci, uint16_t opcode, uint16_t *return_code);
void rules_after(struct call *call, uint16_t opcode, uint16_t *return_code);
uint64_t rules_latency(struct cci *cci, uint16_t opcode);
void rules_shown(struct cci *cci, uint16_t opcode, uint32_t *out_len, uint16_t *out_opcode);
size_t rules_message(struct cci *cci, uint16_t opcode, uint8_t *message, size_t len, size_t room);
void rules_wrapper(struct cci *cci, uint16_t opcode, uint8_t *wrapper);
int rules_add(struct cci *cci, char **words, unsigned int n, char *error, size_t size);
void rules_clear(struct cci *cci);
void rules_list(char *reply, size_t size);

/* text.c */
int parse_number(const char *text, uint64_t *value);
unsigned int split_words(char *line, char **words, unsigned int max);
__attribute__((format(printf, 3, 4)))
void append(char *reply, size_t size, const char *format, ...);
uint64_t model_random(struct model *model);

#endif
