/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fake root directory with one machine's bus, module and nodes, and what the doctor
 * makes of it. Knows no check.
 */
#ifndef DOCTOR_ROOT_H
#define DOCTOR_ROOT_H

#include <limits.h>
#include <unistd.h>

#include "../../../src/version.h"
#include "doctor/doctor.h"
#include "fake_root.h"

#define RELEASE		"6.12.0-test"
#define MAILBOX		"0000:0d:00.1"
#define UPSTREAM	"0000:0d:00.0"
#define VERSION		CXL_SWITCH_CCI_VERSION

#define FOLDER "lib/modules/" RELEASE "/updates/dkms"
#define INSTALLED FOLDER "/cxl_switch_cci.ko"
#define LOADED "sys/module/cxl_switch_cci"

extern struct doctor doctor;

int make_machine(void **state);

#define ON_A_ROOT(test) cmocka_unit_test_setup_teardown(test, make_machine, remove_root)

/* ---- what is there ---- */

/* A file with the zeros that it is written with. */
#define PUT_BINARY(path, text) put(path, text, sizeof(text) - 1)
#define ELF(version, srcversion, more) "\177ELF junk\0version=" version "\0license=GPL\0" \
	"srcversion=" srcversion "\0" more "\0.symtab\0"

struct function {
	const char *address;
	uint32_t class_code;
	bool cxl_upstream;	/* PCIe upstream port with a CXL DVSEC */
	bool plain_upstream;	/* PCIe upstream port without */
	bool hidden;		/* only 64 bytes of configuration space */
	bool unassigned;
	bool no_bar;
	const char *driver;
	const char *override;
};

void put_function(const struct function *function);
void put_mailbox(struct function function);
void put_module(bool loaded, bool built);
/* All is well: each test breaks one thing. */
void put_healthy(void);

/* ---- what is found ---- */

const struct check *find(enum verdict verdict, const char *text);
void print_checks(void);
/* One problem, with this in its message and that in its way out. */
void expect_problem(const char *message, const char *hint);
void expect_no_problem(void);

#endif
