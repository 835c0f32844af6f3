# SPDX-License-Identifier: GPL-2.0-only
# Reads what one test program printed as TAP and prints its results as lines 'passed|failed|skipped<TAB>NAME'. Given:
# -v program=NAME -v status=EXIT. An inconsistency (no plan, fewer results than planned, a status that no 'not ok'
# explains) is a separate failed result.
function result(verdict, name) { printf "%s\t%s%s\n", verdict, program, name }

BEGIN { planned = -1; seen = failed = 0 }

/^1\.\.[0-9]+/ {
	split($0, plan, /[.][.]/)
	planned = (planned < 0 ? 0 : planned) + plan[2]
	next
}
/^(not )?ok( |$)/ {
	name = $0
	verdict = sub(/^not ok */, "", name) ? "failed" : "passed"
	sub(/^ok */, "", name)
	sub(/^[0-9]+ *(- *)?/, "", name)
	if (verdict == "passed" && name ~ /# *[Ss][Kk][Ii][Pp]/) {
		verdict = "skipped"
		sub(/ *# *[Ss][Kk][Ii][Pp][A-Z]* */, " ", name)
		sub(/^ /, "", name)
	}
	seen++
	failed += verdict == "failed"
	result(verdict, ": " name)
}

END {
	if (planned < 0)
		result("failed", ": printed no TAP plan (status " status ")")
	else if (planned == 0 || seen != planned)
		result("failed", ": reported " seen " of " planned " planned tests (status " status ")")
	else if (status != "0" && !failed)
		result("failed", ": ended with status " status)
}
