# SPDX-License-Identifier: GPL-2.0-only
# Shared by every script here: messages, paths, and entering the chroot. It contains no package, no kernel and no QEMU
# option.
# shellcheck shell=bash disable=SC2034 # used by those who source it

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/cxl-switch-cci
# Kernels that were built here; the same path inside the chroot and outside.
KERNELS=${TESTBED_KERNELS:-$CACHE/kernels}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 2; }

# The text of --help is the comment block at the head of the script, after the SPDX line.
usage() { sed -n '3,/^\([^#]\|$\)/{s/^# \{0,1\}//p}' "$0"; }

bad_option() { die "unknown option '$1' (see ${0##*/} --help)"; }

# Options that take a value: a missing one is an error of the person, not of bash.
need_value() { [[ $# -ge 2 ]] || die "$1 needs a value (see ${0##*/} --help)"; }

# Root for the few steps that need it; a person without sudo is told what to do.
as_root() {
	if [[ $EUID -eq 0 ]]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		die "root is needed for: $1. Run this as root, or install sudo"
	fi
}

# Two runs must not write into the same folder of build/: the second waits for the first, with a word, and not for ever.
lock() {
	local file=$TOP/build/locks/$1 fd
	mkdir -p "$TOP/build/locks"
	exec {fd}>"$file"
	flock --nonblock "$fd" && return
	say "waiting for another run in this checkout that uses '$1'"
	flock --timeout 1800 "$fd" || die "gave up waiting for '$1' (see: fuser $file)"
}

# Runs the calling script again inside the chroot of the given package set, unless it is there already.
enter_root() {
	local set=$1
	shift
	[[ -n ${TESTBED_SET:-} ]] || exec "$TOP/scripts/in-root" --set "$set" -- "$TOP/scripts/${0##*/}" "$@"
	[[ $set = demo || $TESTBED_SET = "$set" ]] ||
		die "needs the '$set' packages, but runs inside a root with the '$TESTBED_SET' ones"
}

# A series K of scripts/packages (K-rt: the PREEMPT_RT flavor); a series or ARCHITECTURE-SERIES of scripts/matrix/packages; or 7.2-debug, which
# build-debug-kernel makes; 7.2-coverage is the same kernel, with a module that counts which of its lines run (only
# inside the chroot are they there).
is_debug_kernel() { [[ $1 = 7.2-debug || $1 = 7.2-coverage ]]; }

# The package set that has K ('boot': that has it bootable), rather the one this runs in; nothing if there is no such
# kernel. What demo has, all have.
set_of_kernel() {
	! is_debug_kernel "$1" || { echo check; return; }
	awk -v k="$1" -v boot="${2:-}" -v here="${TESTBED_SET:-}" '
		/^#/ || boot && !/ boot/ { next }
		$2 == "kernel" && $4 == k || $2 == "foreign" && $5 "-" $4 == k {
			if (set == "" || set != "demo" && $1 == here) set = $1
		}
		END { if (set != "") print set }' "$TOP/scripts/packages" "$TOP/scripts/matrix/packages"
}

headers_of_kernel() {
	local folder
	is_debug_kernel "$1" || { realpath -e "/testbed/build-$1"; return; }
	folder=$("$TOP/scripts/build-debug-kernel") && echo "$folder/linux"
}

image_of_kernel() {
	local folder
	is_debug_kernel "$1" || { echo "/testbed/vmlinuz-$1"; return; }
	folder=$("$TOP/scripts/build-debug-kernel") && echo "$folder/vmlinuz"
}
