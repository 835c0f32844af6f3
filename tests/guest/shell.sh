# shellcheck shell=dash
# SPDX-License-Identifier: GPL-2.0-only
# What shell tests share; they read it in. TAP, one command and what it said, orders to the device model. It knows no
# test.

NODE=/dev/cxl/switch0 ORDERS=/dev/ttyS3
planned=0 failed=0

ok() { planned=$((planned + 1)); echo "ok $planned - $1"; }
not_ok() {
	planned=$((planned + 1)) failed=$((failed + 1))
	echo "not ok $planned - $1"
	sed 's/^/# /' "$WORK/out" "$WORK/err"
}

# ok_if NAME COMMAND...
ok_if() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# ends STATUS COMMAND...: what it said is in $WORK.
ends() {
	local expected=$1 status=0
	shift
	"$@" >"$WORK/out" 2>"$WORK/err" </dev/null || status=$?
	[ "$status" -eq "$expected" ] && return
	echo "status $status, expected $expected" >>"$WORK/err"
	return 1
}

# says TEXT...: the last answer has each of them.
says() {
	local text
	for text in "$@"; do
		ok_if "... and says: $text" grep -qF -- "$text" "$WORK/out" "$WORK/err"
	done
}

# patience TENTHS COMMAND...: until it succeeds; longer on a kernel that says it is slow. scripts/guest tells.
patience() {
	local left=$(($1 * ${GUEST_SLOWNESS:-1}))
	shift
	until "$@"; do
		[ $left -gt 0 ] || return 1
		sleep 0.1
		left=$((left - 1))
	done
}

# lines_with TEXT COUNT: as many lines of the last answer have it, at least.
lines_with() { [ "$(grep -cF -- "$1" "$WORK/out")" -ge "$2" ]; }

# await TEXT [COUNT]: so many lines with it are there within 30 s, said by what runs in the background.
await() {
	ok_if "... and says${2:+ $2 times}: $1" patience 300 lines_with "$1" "${2:-1}"
}

# model LINE: an order to the model; false if it refuses, or does not answer within 10 s.
model() {
	local line
	echo "$1" >&4
	# shellcheck disable=SC3045 # busybox has it
	while read -r -t 10 line <&4; do
		case $line in
		'= 0') return 0 ;;
		'= '*) return 1 ;;
		esac
	done
	return 1
}

# order LINE: the test is worth nothing without it.
order() {
	model "$1" || { echo "Bail out! the model does not take '$1'"; exit 1; }
}

# The node, and a folder.
prepare() {
	mkdir -p "$WORK"
	: >"$WORK/out"
	: >"$WORK/err"
	patience 100 test -e "$NODE" || { echo "Bail out! no $NODE"; exit 1; }
}

# The line to the model.
prepare_model() {
	stty -F "$ORDERS" raw -echo
	exec 4<>"$ORDERS"
	# Half a line may lie there: this ends it, and its answer is nobody's.
	model '' || true
}

# The plan, and the test's status.
finish() {
	rm -rf "$WORK"
	echo "1..$planned"
	[ $failed -eq 0 ]
}
