#!/bin/busybox sh
# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# The programs of Documentation/examples, as its guide shows them, on the device model: what they say has to be true of
# tests/guest/fabrics/model. In both widths where words of 64 bits come out; nothing stays bound.
set -u

WORK=/tmp/test_model_examples
# shellcheck source=tests/guest/shell.sh
. /tests/shell.sh

# example STATUS NAME ARGUMENT...
example() {
	local expected=$1 name=$2
	shift 2
	ok_if "$name $* ends with $expected" ends "$expected" "/tests/$WIDTH/examples/$name" "$@"
}

# in_background NAME ARGUMENT...: goes on as $running; what it says is for await.
in_background() {
	local name=$1
	shift
	: >"$WORK/out"
	"/tests/$WIDTH/examples/$name" "$@" >>"$WORK/out" 2>"$WORK/err" </dev/null &
	running=$!
}

# ended STATUS NAME: what runs in the background comes to its end.
ended() {
	local status=0
	wait "$running" || status=$?
	ok_if "... and $2 ends with $1" [ "$status" -eq "$1" ]
}

asking() {
	example 0 ask $NODE
	says 'switch0: 0000:01:00.0, 1e98:0c0b, serial 0x5300' 'payload 2048 bytes, state 0' '10 ports, 2 virtual switches' \
		'port 0: downstream, device type 4' 'port 1: downstream, device type 4' 'port 2: downstream, device type 5' 'port 8: upstream'
	example 1 ask /dev/cxl/switch77
	says 'No such file'
	example 0 tunnel $NODE 0
	says 'port 0: 1e98:c510, serial 0x1000, component type 3'
	example 0 tunnel $NODE 9
	says 'port 9: 1234:5678, serial 0x9000'
	example 1 tunnel $NODE 6
	says 'port 6: the switch says 0002h'
}

explaining() {
	example 0 explain $NODE 5102 06 00
	says 'Physical Port Control: at most destructive' 'it would be sent'
	example 1 explain $NODE C000
	says 'C000h: not audited' 'it would be refused: Operation not permitted' \
		'- the driver does not know what it does, and raw_window is closed'
	chmod 666 $NODE
	ok_if 'as nobody it ends with 1' ends 1 su nobody -s /bin/sh -c "/tests/$WIDTH/examples/explain $NODE 5201 00 02 00 00 ff ff"
	chmod 600 $NODE
	says 'Bind vPPB: at most provision' 'it would be refused: Operation not permitted' '- CAP_SYS_RAWIO is missing'
}

bound() {
	example 0 bind_and_wait $NODE 0 2 0
	says 'operation ' 'ended at 100 % with return code 0000h'
	example 1 bind_and_wait $NODE 0 3 0
	says 'bind: return code 0002h'
	ok_if '... and the tool sees it bound' ends 0 cxl-switch unbind 0 2
}

# By the specification a bind cannot be aborted; this device can be made to. Which is known before the operation starts, and
# its end is ordered after that: nothing here depends on how fast the machine is.
aborted() {
	order 'background switch never-ends'
	in_background bind_and_wait $NODE 0 2 0 1
	await 'its abort: the device refuses'
	order 'clear switch'
	ended 0 bind_and_wait
	says 'with return code 0000h'
	ok_if '... and it is undone' ends 0 cxl-switch unbind 0 2
	order 'cel switch effects 0x5201 0x140'
	order 'background switch never-ends'
	example 1 bind_and_wait $NODE 0 2 0 1
	says 'its abort: aborted' 'with return code 0012h'
	order 'clear switch'
}

# A daemon is killed while its bind runs; its successor hears of the end.
adopted() {
	order 'background switch never-ends'
	in_background bind_and_wait $NODE 0 2 0
	await 'runs'
	example 0 adopt $NODE
	says "it is somebody else's"
	kill -KILL "$running"
	wait "$running" 2>/dev/null
	in_background adopt $NODE
	await 'adopted'
	order 'clear switch'
	ended 0 adopt
	says '(5201h), state 1' 'adopted' 'ended with return code 0000h'
	example 0 adopt $NODE
	says 'state 3' 'ended with return code 0000h'
	ok_if '... and it is undone' ends 0 cxl-switch unbind 0 2
}

prepare
prepare_model
[ -e /etc/passwd ] || echo 'nobody:x:65534:65534::/:/bin/sh' >/etc/passwd
order 'background all time 100'
WIDTH=32
asking
WIDTH=64
asking
explaining
bound
aborted
adopted
order 'background all time 2000'
finish
