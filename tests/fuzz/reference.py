#!/usr/bin/env python3
"""reference.py [-n files] [-s seed] showconf: read environment files and
Procfiles as pgproc(1) describes them, with nothing in common with the parsers in
C but that page, and compare.  The files are made at random, as many of each kind
as -n says (5000): the same for the same seed, which is printed.
"""
import getopt
import random
import re
import signal
import subprocess
import sys

BLANKS = b' \t\r'
NAME = re.compile(rb'[A-Za-z_][A-Za-z0-9_.]*\Z')
QUOTED = re.compile(rb"""('[^'\0]*'|"(\\[^\0]|[^"\\\0])*"|\\['"\\])""")
KEYS = (b'after', b'ends', b'log', b'ready', b'restart', b'stdin', b'stop',
        b'within')


def is_utf16(data):
    return len(data) >= 2 and (data[:2] in (b'\xff\xfe', b'\xfe\xff') or
                               (data[0] == 0) != (data[1] == 0))


# --- environment files ------------------------------------------------------

def unquote(part):
    if part[:1] == b"'":
        return part[1:-1]
    if part[:1] == b'\\':
        return part[1:]
    return re.sub(rb'\\(["\\$n])',
                  lambda m: b'\n' if m.group(1) == b'n' else m.group(1),
                  part[1:-1])


def quoted(text, at):
    """The value of the quoted parts from there on, and where the next line
    begins; None: there is more, or less, than that."""
    value = b''
    while True:
        m = QUOTED.match(text, at)
        if m is None:
            break
        value += unquote(m.group())
        at = m.end()
    end = text.find(b'\n', at)
    end = len(text) if end == -1 else end
    if not re.match(rb'[ \t]*\Z|[ \t]+#[^\0]*\Z', text[at:end]):
        return None
    return value, end + 1


def env_value(text, begin, end):
    at = begin
    while text[at:at + 1] in (b' ', b'\t'):
        at += 1
    if text[at:at + 1] in (b"'", b'"'):
        return quoted(text, at)
    if text[at:at + 1] == b'#':
        return b'', end + 1
    # A blank in front of the value may begin a comment, too.
    line = re.sub(rb'[ \t]#.*', b'', text[begin:end], flags=re.S)
    return line.strip(BLANKS), end + 1


def is_surprise(raw, seen):
    """# is no value, and of all ${ outside of '' the first is told."""
    if raw[:1] == b'#':
        return True
    if seen or raw.lstrip(BLANKS)[:1] == b"'" or \
            not re.search(rb'(?<!\\)\$\{.', raw, re.S):
        return False
    seen.append(True)
    return True


def read_env(data):
    if is_utf16(data):
        return ['unread']
    if data[:3] == b'\xef\xbb\xbf':
        data = data[3:]
    text = data.replace(b'\r\n', b'\n').replace(b'\r', b'\n')
    faults, entries, seen, at, number = [], [], [], 0, 0
    while at <= len(text):
        end = text.find(b'\n', at)
        end = len(text) if end == -1 else end
        line, begin, following = text[at:end], at, end + 1
        number += 1
        plain = line.lstrip(BLANKS)
        if b'\0' in line:
            faults.append('fault %d' % number)
        elif plain and plain[:1] != b'#':
            m = re.match(rb'[ \t]*(export(?=[ \t]))?([^=]*)=', line)
            name = m.group(2).strip(BLANKS) if m else b''
            found, surprise = None, False
            if NAME.match(name):
                surprise = is_surprise(line[m.end():], seen)
                found = env_value(text, begin + m.end(), end)
            if found is None or surprise:
                faults.append('fault %d' % number)
            if found is not None:
                entries.append('entry ' + (name + b'=' + found[0]).hex())
                following = found[1]
                number += text[at:following - 1].count(b'\n')
        at = following
    return faults + entries


# --- Procfiles --------------------------------------------------------------

def is_number(text, low, high):
    return re.match(rb'[0-9]+\Z', text) is not None and \
        low <= int(text) <= high


def is_seconds(text):
    return re.match(rb'(forever|([0-9]+\.?[0-9]*|\.[0-9]+)[smhd]?)\Z', text) is not None


def signal_number(text):
    """0 is no signal that a service can be asked with.  C libraries differ in
    their first real-time signal, so none is among the files."""
    if re.match(rb'[0-9]{1,3}\Z', text):
        n = int(text)
        return n if n in signal.valid_signals() else 0
    name = text.decode('latin-1').upper()
    name = name[3:] if name[:3] == 'SIG' and len(name) > 3 else name
    if not re.match(r'[A-Z0-9]+\Z', name, re.ASCII):
        return 0
    known = {'IOT': signal.SIGABRT, 'CLD': signal.SIGCHLD,
             'POLL': signal.SIGIO, 'STKFLT': 16}
    return int(known.get(name, getattr(signal, 'SIG' + name, 0)))


class Service:
    def __init__(self, name, line, command):
        self.name, self.line, self.command = name, line, command
        self.after = self.ready = self.restart = None
        self.grace = self.within = self.log = None
        self.signal = self.null = self.leader = self.follow = 0
        self.terminal = self.may_end = self.told = 0

    def show(self):
        texts = ['-' if t is None else t.hex() for t in (
            self.command, self.after, self.ready, self.restart, self.grace,
            self.within, self.log)]
        return ' '.join(['service', self.name.decode(), str(self.line)] +
                        texts[:4] + [str(self.signal)] + texts[4:] +
                        [str(n) for n in (self.null, self.leader,
                                          self.follow, self.terminal)])

    def take(self, word):
        """taken, unknown or bad."""
        key, equals, value = word.partition(b'=')
        if key in (b'follow', b'terminal'):
            setattr(self, key.decode(), 1)
            return 'bad' if equals else 'taken'
        if key not in KEYS:
            return 'unknown'
        if not equals:
            return 'bad'
        return 'taken' if getattr(self, 'take_' + key.decode())(value) \
            else 'bad'

    def take_after(self, value):
        name = rb'[A-Za-z0-9_-]+(:done)?'
        if not re.match(name + rb'(,' + name + rb')*\Z', value):
            return False
        self.after = value
        return True

    def take_log(self, value):
        self.log = value
        m = re.match(rb'([0-9]+)([KkMmGg]?)(,[0-9]+)?\Z', value)
        power = {b'': 0, b'K': 10, b'M': 20, b'G': 30}
        return m is not None and \
            0 < int(m.group(1)) << power[m.group(2).upper()] <= 1 << 50 and \
            (m.group(3) is None or int(m.group(3)[1:]) <= 999)

    def take_ends(self, value):
        self.may_end = 1
        return value == b'ok'

    def take_ready(self, value):
        self.ready = value
        how, _, what = value.partition(b':')
        if how in (b'cmd', b'log') and b':' in value:
            inside = re.split(rb'[ \t\r]+', value)[1:]
            return what != b'' and (how == b'cmd' or what != b'(') and not any(
                w.partition(b'=')[0] in KEYS and b'=' in w for w in inside)
        if how == b'tcp' and b':' in value:
            return is_number(what, 1, 65535)
        if how == b'fd' and b':' in value:
            return is_number(what, 3, (1 << 31) - 1)
        return value in (b'notify', b'port')

    def take_restart(self, value):
        self.restart = value
        policy, comma, tries = value.partition(b',')
        return policy in (b'no', b'once', b'on-failure', b'always') and (
            not comma or is_number(tries, 1, 999999999))

    def take_stdin(self, value):
        self.null = int(value == b'null')
        return value in (b'null', b'idle')

    def take_stop(self, value):
        words = value.split(b',')
        self.signal, self.grace, self.leader = signal_number(words[0]), None, 0
        if self.signal == 0:
            return False
        for word in words[1:]:
            if word == b'leader' and not self.leader:
                self.leader = 1
            elif self.grace is None and is_seconds(word):
                self.grace = word
            else:
                return False
        return True

    def take_within(self, value):
        self.within = value
        return is_seconds(value)


def words_of(text):
    """Words, of which one may be the rest of the line."""
    while True:
        text = text.lstrip(BLANKS)
        if not text:
            return
        if re.match(rb'ready=(cmd|log):', text):
            yield text
            return
        word = re.match(rb'[^ \t\r]+', text).group()
        yield word
        text = text[len(word):]


class Procfile:
    def __init__(self, data):
        self.services, self.faults = {}, []
        self.warnings = self.errors = 0
        comments = []
        if data[:3] == b'\xef\xbb\xbf':
            data = data[3:]
        for number, line in enumerate(data.split(b'\n'), 1):
            if b'\0' in line:
                self.warn(number)
                continue
            line = line.rstrip(BLANKS)
            if re.match(rb'#:[ \t\r]', line):
                comments.append((number, line[2:]))
            else:
                self.take_line(number, line)
        for number, text in comments:
            self.take_comment(number, text)
        for service in self.services.values():
            self.allow_end(service)

    def warn(self, number):
        self.faults.append('fault %d' % number)
        self.warnings += 1

    def fail(self, number):
        self.faults.append('fault %d' % number)
        self.errors += 1

    def take_line(self, number, line):
        if not line or line.lstrip(BLANKS)[:1] in (b'', b'#'):
            return
        m = re.match(rb'([A-Za-z0-9_-]+):[ \t\r]*(.*)\Z', line, re.S)
        if m is None or not m.group(2):
            self.warn(number)
        elif m.group(1) in self.services or len(m.group(1)) > 200:
            self.fail(number)
        else:
            self.services[m.group(1)] = Service(m.group(1), number, m.group(2))

    def take_comment(self, number, text):
        words = list(words_of(text))
        # The first word is a name, whatever it looks like.
        name = words[0]
        if re.match(rb'ready=(cmd|log):', name):
            words = [name]
        service = self.services.get(name)
        if service is None:
            # A note may begin with the word of a directive that has no value.
            other = Service(b'', 0, b'')
            if words[1:] and other.take(words[1]) != 'unknown' and (
                    not (other.follow or other.terminal) or len(words) == 2):
                self.fail(number)
            else:
                self.warn(number)
            return
        service.told = number
        for word in words[1:]:
            verdict = service.take(word)
            if verdict == 'bad':
                self.fail(number)
            elif verdict == 'unknown':
                self.warn(number)
                if b'=' not in word:
                    break

    def allow_end(self, service):
        """ends=ok is the policy once, and goes with those that can be done."""
        if service.may_end and service.restart is None:
            service.restart = b'once'
        elif service.may_end and service.restart.startswith((b'no', b'always')):
            self.fail(service.told)

    def before(self, name):
        """The services that this one names, each with 1 or 2 (done)."""
        after = self.services[name].after
        for word in after.split(b',') if after else []:
            other, _, done = word.partition(b':')
            yield other, 2 if done else 1

    def order(self):
        """Add what those need that are needed, until there is no more."""
        said, needs = [], {n: {} for n in self.services}
        for name in self.services:
            for other, kind in self.before(name):
                if other not in needs:
                    said.append('unknown')
                else:
                    needs[name][other] = max(kind, needs[name].get(other, 0))
        unknown, more = bool(said), True
        while more:
            more = False
            for own in needs.values():
                for other in list(own):
                    for k, kind in needs[other].items():
                        if own.get(k, 0) < kind:
                            own[k] = kind
                            more = True
        cycle = any(name in own for name, own in needs.items())
        if cycle:
            said.append('cycle')
        if not cycle and not unknown:
            said += ['need %s %s %d' % (n.decode(), k.decode(), needs[n][k])
                     for n in needs for k in needs if k in needs[n]]
        for name in self.services:
            for other, kind in self.before(name):
                policy = (self.services[other].restart or b'no') \
                    if other in needs else b'once'
                if kind == 2 and policy.split(b',')[0] not in (
                        b'once', b'on-failure'):
                    said.append('undone')
        return said


def read_procfile(data):
    if is_utf16(data):
        return ['unread']
    p = Procfile(data)
    said = p.faults + ['faults %d %d' % (p.warnings, p.errors)]
    if p.errors == 0:
        said += [s.show() for s in p.services.values()] + p.order()
    return said


# --- files at random --------------------------------------------------------

ENV = [b'A', b'B.c', b'_x1', b'export ', b'export', b'=', b'=', b'=', b'\n',
       b'\n', b'\n', b'\r\n', b'\r', b' ', b'\t', b'#', b' #', b"'", b"'",
       b'"', b'"', b'\\', b'\\n', b'\\"', b'\\$', b"\\'", b'$HOME', b'${A}', b'x',
       b'a b', b'A=1\n', b'A="b c"\n', b"A='it'\\''s'\n", b'\xc3\xa4', b'\0',
       b'\xef\xbb\xbf', b'1']
PROCFILE = [b'web: x\n', b'db: y z\n', b'a-b: x\n', b'\n', b'\n', b'#: web ',
            b'#: db ', b'#: a-b ', b'after=', b'web', b'db', b'a-b', b':done',
            b',', b' ', b' ', b'\t', b'\r\n', b'ready=', b'notify', b'port',
            b'tcp:80', b'tcp:', b'fd:3', b'fd:2', b'cmd:x y', b'cmd:', b'cmd',
            b'restart=once', b'restart=always,3', b'restart=', b'on-failure',
            b'stop=TERM', b'stop=', b'SIGINT', b'9', b',0.5', b',leader',
            b'SIGCLD', b'within=', b'forever', b'5', b'.5', b'follow',
            b'stdin=null', b'stdin=', b'idle', b'#', b':', b'more=1 ', b'ends=ok', b'ends=', b'log=', b'10M',
            b',5', b'4096', b'terminal', b'terminal ',
            b'words', b'=', b'\0', b'\xef\xbb\xbf', b'ready=log:^ok$',
            b'ready=log:(', b'#: web after=db:done\n',
            b'#: db restart=once\n', b'#: web stop=INT,5,leader\n']


def make(rng, tokens):
    if rng.random() < 0.01:
        return bytes(rng.choice((0, 255, 254, 65)) for _ in range(4))
    return b''.join(rng.choice(tokens) for _ in range(rng.randrange(1, 30)))


def is_plain(data):
    """The syntax of regular expressions is that of another manual."""
    return all(m in (b'^ok$', b'(') for m in
               re.findall(rb'ready=log:([^\n\0]*)', data))


def shown(program, files):
    """What the parsers in C say of each file."""
    text = b''.join(b'%s %d\n%s' % (kind, len(data), data)
                    for kind, data in files)
    out = subprocess.run([program], input=text, stdout=subprocess.PIPE,
                         check=True).stdout.decode('latin-1')
    return [part.splitlines() for part in out.split('.\n')[:-1]]


def main():
    n, seed = 5000, 1
    options, rest = getopt.getopt(sys.argv[1:], 'n:s:')
    for option, value in options:
        if option == '-n':
            n = int(value)
        else:
            seed = int(value)
    if len(rest) != 1:
        sys.exit('usage: reference.py [-n files] [-s seed] showconf')
    rng = random.Random(seed)
    files = [(b'env', make(rng, ENV)) for _ in range(n)]
    while len(files) < 2 * n:
        data = make(rng, PROCFILE)
        if is_plain(data):
            files.append((b'procfile', data))
    differ = 0
    for (kind, data), said in zip(files, shown(rest[0], files)):
        mine = read_env(data) if kind == b'env' else read_procfile(data)
        if mine != said:
            differ += 1
            print('%s %r\n\tin C %s\n\there %s' % (kind.decode(), data, said,
                                                   mine))
            if differ > 9:
                break
    print('seed %d: %d environment files and %d Procfiles compared, %d '
          'differ' % (seed, n, n, differ))
    sys.exit(differ > 0)


if __name__ == '__main__':
    main()
