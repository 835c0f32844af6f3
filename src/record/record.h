/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface of record/: notices to clients, and the traces of commands. */
#ifndef CCI_RECORD_H
#define CCI_RECORD_H

#include "notices.h"
#include "recorder.h"
#include "result.h"

#endif /* CCI_RECORD_H */
