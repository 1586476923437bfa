# shellcheck shell=sh
# pgproc_lib.sh: what the test files about pgproc share, after lib.sh.

# assertListed STATUS "NAME PORT..." STDERR: the last run, a pgproc list, printed lines
# whose first two fields are these.
assertListed()
{
	assertEquals "names and ports of: $ran:" "$2" \
		"$(printf '%s\n' "$out" | cut -f 1,2 | tr '\t' ' ')"
	assertEquals "standard error of: $ran:" "$3" "$err"
	assertEquals "status of: $ran:" "$1" "$status"
}

# assertField NAME NUMBER VALUE: in the plan of the last run this field of service NAME has
# this value.
assertField()
{
	assertEquals "field $2 of $1 of: $ran: $err" "$3" \
		"$(printf '%s\n' "$out" | awk -F '\t' -v name="$1" -v field="$2" \
		'$1 == name { print $field }')"
}
