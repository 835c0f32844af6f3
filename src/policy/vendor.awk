# SPDX-License-Identifier: GPL-2.0-only
# Makes the table of vendor.c out of vendor.csv. A line that it does not
# understand ends the build and names the line.
function fail(text)
{
	printf "%s:%d: %s\n", FILENAME, FNR, text > "/dev/stderr"
	failed = 1
	exit 1
}

function hex(text, digits)
{
	if (text !~ "^[0-9a-fA-F]+$" || length(text) > digits)
		fail("not a hexadecimal number of up to " digits " digits: " text)
	return "0x" tolower(text)
}

function decimal(text)
{
	if (text !~ "^[0-9]+$" || text + 0 > 1048576)
		fail("not a length from 0 to 1048576: " text)
	return text + 0
}

BEGIN {
	FS = ","
	print "/* Made from vendor.csv. */"
	print "#include \"policy/audited.h\"\n"
	print "const struct swcci_vendor_row swcci_vendor_rows[] = {"
}

/^[ \t]*(#|$)/ { next }

{
	sub(/\r$/, "")
	if (NF != 7)
		fail("7 fields wanted: vid:did,opcode,name,least,most,impact,reason; found " NF)
	for (i = 1; i <= NF; i++) {
		gsub(/^[ \t]+|[ \t]+$/, "", $i)
		if ($i == "")
			fail("field " i " is empty")
		if ($i ~ /["\\]/)
			fail("field " i " holds a quote or a backslash")
	}
	if (split($1, id, ":") != 2)
		fail("vid:did wanted: " $1)
	opcode = hex($2, 4)
	if (opcode !~ /^0x[c-f][0-9a-f][0-9a-f][0-9a-f]$/)
		fail("not a vendor opcode (C000 to FFFF): " $2)
	if ($6 !~ /^(QUERY|SETTING|PROVISION|DESTRUCTIVE)$/)
		fail("impact is QUERY, SETTING, PROVISION or DESTRUCTIVE: " $6)
	if (decimal($4) + 0 > decimal($5) + 0)
		fail("least length above most: " $4 " > " $5)
	if (++count > 16)
		fail("more than 16 vendor rows")
	if (seen[hex(id[1], 4), hex(id[2], 4), opcode]++)
		fail("listed twice: " $1 " " $2)
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
