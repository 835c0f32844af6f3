# SPDX-License-Identifier: GPL-2.0-only
# Prints a kernel log without the reports of lockdep that are known not to concern the module, and writes their reasons to
# the file 'known'. A report is known by all of its locks, and never if it contains a function of the module. Lockdep is off
# after any report, so the rest of such a boot does not check locks.

BEGIN {
	about["&ctrl->reset_lock pci_rescan_remove_lock"] = "pciehp takes its own reset_lock again under pci_rescan_remove_lock " \
		"(7.2, pciehp_unconfigure_device(), at any removal by the slot)"
}

/possible circular locking dependency detected/ { flush(); inside = 1 }
!inside { print; next }
{ report[++lines] = $0 }
match($0, /-> #[0-9]+ \([^)]*\)/) {
	name = substr($0, RSTART, RLENGTH)
	sub(/^[^(]*\(/, "", name)
	sub(/\)$/, "", name)
	locks[name]
}
/\[cxl_switch_cci\]/ { ours = 1 }
/<\/TASK>/ { flush() }
END { flush() }

# Order does not matter to whoever takes two locks.
function key(    name, first, second, count) {
	for (name in locks) {
		count++
		if (first == "" || name < first) {
			second = first
			first = name
		} else {
			second = name
		}
	}
	return count == 2 ? first " " second : ""
}

function flush(    i) {
	if (!ours && key() in about)
		print about[key()] >known
	else
		for (i = 1; i <= lines; i++)
			print report[i]
	split("", report)
	split("", locks)
	lines = inside = ours = 0
}
