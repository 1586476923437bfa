# shellcheck shell=sh
# port_lib.sh: processes that listen on a port; to be read after lib.sh.

# with_ports: skip the test where the system does not tell which process has a port.
with_ports()
{
	need python3 || return
	pgterm -n :1 >/dev/null 2>said && return
	skip "$(cat said)"
	return 1
}

# port_script: make the script "has KIND [PORT]", which takes a port, prints its number and
# sleeps. KIND is tcp, udp, six (TCP by IPv6), or client, which connects to the port. Without
# PORT it takes a port below the range that the system gives to clients.
port_script()
{
	cat >has <<-'END'
	import os, socket, sys, time
	kind = sys.argv[1]
	six = kind == 'six'
	if kind == 'client':
	    s = socket.create_connection(('127.0.0.1', int(sys.argv[2])))
	    port = int(sys.argv[2])
	else:
	    tries = [int(sys.argv[2])] if len(sys.argv) > 2 else \
	        [20000 + (os.getpid() * 7 + i) % 10000 for i in range(500)]
	    for port in tries:
	        s = socket.socket(socket.AF_INET6 if six else socket.AF_INET,
	            socket.SOCK_DGRAM if kind == 'udp' else socket.SOCK_STREAM)
	        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	        try:
	            s.bind(('::1' if six else '127.0.0.1', port))
	            break
	        except OSError:
	            s.close()
	    if kind != 'udp':
	        s.listen(5)
	print(port, flush=True)
	time.sleep(100)
	END
}

# take_port KIND [PORT]: start that script as the leader of a group; sets port and pid.
take_port()
{
	port_file=port.$(date +%N)$$
	launch_group python3 has "$@" >"$port_file"
	waitfor 10 test -s "$port_file" || fail "nobody took a port: $*"
	port=$(cat "$port_file")
}
