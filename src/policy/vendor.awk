# SPDX-License-Identifier: GPL-2.0-only
# Generates vendor.c from vendor.csv. An invalid line fails the build; the message
# names file and line.
function fail(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

function hex(text, digits)
{
	if (text !~ "^[0-9a-fA-F]+$" || length(text) > digits)
		fail("must be a hexadecimal number of at most " digits " digits: " text)
	return "0x" tolower(text)
}

function decimal(text)
{
	if (text !~ "^[0-9]+$" || text + 0 > 1048576)
		fail("length must be 0 to 1048576: " text)
	return text + 0
}

BEGIN {
	FS = ","
	print "/* Generated from vendor.csv. */"
	print "#include \"policy/audited.h\"\n"
	print "const struct swcci_vendor_row swcci_vendor_rows[] = {"
}

/^[ \t]*(#|$)/ { next }

{
	sub(/\r$/, "")
	if (NF != 7)
		fail("expected 7 fields (vid:did,opcode,name,min,max,impact,reason), found " NF)
	for (i = 1; i <= NF; i++) {
		gsub(/^[ \t]+|[ \t]+$/, "", $i)
		if ($i == "")
			fail("field " i " is empty")
		if ($i ~ /["\\]/)
			fail("field " i " contains a quote or a backslash")
	}
	if (split($1, id, ":") != 2)
		fail("expected vid:did: " $1)
	opcode = hex($2, 4)
	if (opcode !~ /^0x[c-f][0-9a-f][0-9a-f][0-9a-f]$/)
		fail("vendor opcode must be C000 to FFFF: " $2)
	if ($6 !~ /^(QUERY|SETTING|PROVISION|DESTRUCTIVE)$/)
		fail("impact must be QUERY, SETTING, PROVISION or DESTRUCTIVE: " $6)
	if (decimal($4) + 0 > decimal($5) + 0)
		fail("min length exceeds max: " $4 " > " $5)
	if (++count > 16)
		fail("more than 16 vendor rows")
	if (seen[hex(id[1], 4), hex(id[2], 4), opcode]++)
		fail("duplicate row: " $1 " " $2)
	printf "\t{ %s, %s, { .opcode = %s, .name = \"%s\", .section = \"vendor\",\n", \
		hex(id[1], 4), hex(id[2], 4), opcode, $3
	printf "\t  .length_min = %s, .length_max = %s, .impact = IMPACT_%s, .reason = \"%s\" } },\n", \
		decimal($4), decimal($5), $6, $7
}

END {
	if (failed)
		exit 1
	# C has no empty array
	print "\t{ .vendor_id = 0 },"
	print "};\n"
	printf "const int swcci_vendor_row_count = %d;\n", count
}
