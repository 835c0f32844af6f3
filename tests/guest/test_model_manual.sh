#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# What README.md and the tool's manual show that changes, follows or writes something, and the rest of the manual's
# examples, word for word, on the device model. scripts/check-docs compares the texts. Knows tests/guest/fabrics/model.
set -u

WORK=/tmp/test_model_manual
# shellcheck source=tests/guest/shell.sh
. /tests/shell.sh

# shown COMMAND: ends with 0.
shown() { ok_if "$1" ends 0 sh -c "$1"; }

# made FILE BYTES: at least.
made() { ok_if "... and makes $1" [ "$(wc -c <"$1")" -ge "$2" ]; }

# What ran before may have left a slot staged: a power cycle, and slot 1 runs.
power_cycle() {
	local function
	function=$(basename "$(readlink -f /sys/bus/pci/drivers/cxl_switch_cci/0000:*)")
	order 'reset cold'
	echo "$function" >/sys/bus/pci/drivers/cxl_switch_cci/unbind
	echo "$function" >/sys/bus/pci/drivers/cxl_switch_cci/bind
	patience 100 test -e "$NODE" || { echo "Bail out! no $NODE"; exit 1; }
	ok_if 'slot 1 is active' ends 0 cxl-switch fw activate 1 --force
}

# endless COMMAND TEXT: says it, and ends with 0 at an interrupt.
endless() {
	local waiter
	: >"$WORK/out"
	sh -c "exec $1" >>"$WORK/out" 2>"$WORK/err" &
	waiter=$!
	await "$2"
	kill -INT $waiter
	wait $waiter
	ok_if "$1" [ $? -eq 0 ]
}

asked() {
	shown 'cxl-switch identify -p 0-3 --json'
	says '"serial'
	shown 'cxl-switch cel switch0 -p 2 -l 1'
	says 'Identify'
	shown 'cxl-switch explain 5102 --hex "01 00"'
	says 'It would be sent.'
	shown 'cxl-switch ps'
	shown 'cxl-switch bugreport --out report.txt'
	made report.txt 1000
	shown 'cxl-switch raw 0200 -p 5 --out fw-info.bin'
	made fw-info.bin 80
}

# VCS 0 has port 4 at its vPPB 1, and in the end again.
changed() {
	ok_if 'port 4 is free' ends 0 cxl-switch unbind 0 1
	shown 'cxl-switch bind 0 1 4'
	says 'VCS 0 vPPB 1: bound port, port 4'
	shown 'cxl-switch bind 0 3 2 1'
	says 'VCS 0 vPPB 3: bound LD, port 2, LD 1'
	dd if=/dev/urandom of=image.bin bs=1000 count=50 2>/dev/null
	shown 'cxl-switch fw update image.bin --force'
	shown 'cxl-switch fw update image.bin --force && cxl-switch fw activate 2 --force'
	shown 'cxl-switch bg status'
	ok_if 'the LD is free again' ends 0 cxl-switch unbind 0 3
}

followed() {
	ok_if 'there are no event records' ends 0 cxl-switch events --clear
	order 'event switch 1 1'
	endless 'cxl-switch events --follow' 'warning'
	endless 'cxl-switch events --follow --clear --json' '"handle"'
	endless 'cxl-switch monitor --interval 1 --json' '"round":2,'
}

prepare
prepare_model
cd "$WORK" || exit 1
order 'background all time 100'
power_cycle
asked
changed
followed
order 'background all time 2000'
finish
