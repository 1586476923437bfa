#!/bin/sh
# kernels_test.sh: the programs on the kernels in the directory $KERNELS, else on those
# in /boot, under qemu; see tests/kernels
# shellcheck source=tests/lib.sh
. "${src:-.}/tests/lib.sh"

testTheChecksPassOnOtherKernels()
{
	need_table || return 0
	need "qemu-system-$(uname -m)" cpio busybox ldd timeout || return 0
	tried=
	for image in "${KERNELS:-/boot}"/vmlinuz-*; do
		[ -r "$image" ] || continue
		tried=$image
		run "$src/tests/kernels" "$image"
		assertEquals "status of $image: $(grep '^not ok' "$work/out")" \
			0 "$status"
		assertLike "what $image said" "kernel *ok *" "$out"
	done
	[ -n "$tried" ] || skip "there are no kernels in ${KERNELS:-/boot}"
}

. "$SHUNIT2"
