"""What the drivers of the soak share: the process table, the clock, the commands.

The process table is read here, from /proc, and not by the commands that are
tested: it is what these are compared with.  A service carries the variable SOAK
in its environment: DRIVER:NAME.
"""
import os
import signal
import subprocess
import time

PATIENCE = 60           # seconds until what has to happen counts as missing
MARKER = b'SOAK='


class Wrong(Exception):
    """Something is not as the model says."""


class Process:
    """A line of the process table; zombies are left out of it."""

    def __init__(self, pid, comm, fields):
        self.pid = pid
        self.comm = comm
        self.state = fields[0]
        self.ppid, self.pgid, self.sid = (int(n) for n in fields[1:4])
        self.start = int(fields[19])
        self.soak = ''

    def identity(self):
        return self.pid, self.start

    def __repr__(self):
        return '%d %s %s ppid=%d pgid=%d %s' % (
            self.pid, self.comm, self.state, self.ppid, self.pgid, self.soak)


def read(path):
    with open(path, 'rb') as f:
        return f.read()


def process(pid):
    """The process of that number; None if it is gone, or a zombie."""
    try:
        stat = read('/proc/%d/stat' % pid).decode('latin-1')
        begin, end = stat.index('('), stat.rindex(')')
        p = Process(pid, stat[begin + 1:end], stat[end + 2:].split())
        for entry in read('/proc/%d/environ' % pid).split(b'\0'):
            if entry.startswith(MARKER):
                p.soak = entry[len(MARKER):].decode()
    except (OSError, ValueError, IndexError):
        return None
    return None if p.state in 'ZX' else p


def processes():
    found = (process(int(name)) for name in os.listdir('/proc')
             if name.isdigit())
    return [p for p in found if p is not None]


def carriers(soak):
    """The processes of a service; of a driver, if soak ends with a colon."""
    return [p for p in processes() if p.soak == soak or
            (soak.endswith(':') and p.soak.startswith(soak))]


def waitfor(what, condition, patience=PATIENCE):
    """Wait until the condition is true, and return its value."""
    end = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Wrong('%s: not in %d s' % (what, patience))
        time.sleep(0.02)


def is_alive(identity):
    p = process(identity[0])
    return p is not None and p.start == identity[1]


def kill(p):
    """SIGKILL to this process and to no other that has its number since."""
    try:
        fd = os.pidfd_open(p.pid)
    except OSError:
        return False
    try:
        if not is_alive(p.identity()):
            return False
        signal.pidfd_send_signal(fd, signal.SIGKILL)
        return True
    except OSError:
        return False
    finally:
        os.close(fd)


def run(argv, good=(0,), env=None, cwd=None):
    """Run a command to its end and return what it printed; its status has to
    be one of these."""
    p = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, timeout=2 * PATIENCE, cwd=cwd,
                       env=dict(os.environ, **env) if env else None,
                       check=False)
    if p.returncode not in good:
        raise Wrong('%s: status %d: %s' % (
            ' '.join(argv), p.returncode,
            (p.stdout + p.stderr).decode(errors='replace')[-600:]))
    return p.stdout.decode(errors='replace')


def background(argv, log, cwd=None):
    """Start a command whose output goes to a file."""
    with open(log, 'ab') as f:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=f,
                                stderr=f, cwd=cwd)


# How a service behaves: obedient, stubborn, forking, escaping, stopping,
# flooding, dying.  "escapes" leave the group; "lasts": it does not end by
# itself.
class Kind:
    def __init__(self, name, argv, escapes=False, lasts=True):
        self.name = name
        self.argv = argv
        self.escapes = escapes
        self.lasts = lasts


FLOOD = 'while :; do printf %02000d 1; printf %04000d\\\\n 2; sleep 0.1; done'
KINDS = [
    Kind('obedient', ['sleep', '86400']),
    Kind('stubborn', ['stubborn', '-T', '86400', '-f', '2', '-i', 'all']),
    Kind('forking', ['stubborn', '-T', '86400', '-f', '2', '-t', '-g', '0.1']),
    Kind('escaping', ['stubborn', '-T', '86400', '-f', '1', '-s', '-D'],
         escapes=True),
    Kind('hidden', ['stubborn', '-T', '86400', '-s', '-D', '-e'], escapes=True),
    Kind('stopping', ['stubborn', '-T', '86400', '-f', '1', '-S']),
    Kind('flooding', ['sh', '-c', FLOOD]),
    Kind('dying', ['sh', '-c', 'sleep 0.3; exit 3'], lasts=False),
]
