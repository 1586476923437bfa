"""A driver of pgspawn -d, pgterm, pgscan and pgtrack."""
import os

from driver import FEW, Driver
from world import KINDS, Wrong, carriers, run


class Groups(Driver):
    def __init__(self, name, seed, folder):
        super().__init__(name, seed, folder)
        self.model = {}         # name: (handle, kind, was it hit)
        self.stale = []         # handles of what has ended
        self.records = os.path.join(folder, 'records')

    def step_start(self):
        if len(self.model) >= FEW:
            return
        name = self.new_name()
        kind = self.random.choice([k for k in KINDS if k.name != 'hidden'])
        how = self.random.choice(
            [[], [], ['-t'], ['-L', 'x | '], ['-K', str(os.getpid())],
             ['-a', '-K', str(os.getpid())], ['-a', '-t']])
        self.say('%s is %s, %s' % (name, kind.name, how))
        handle = run(['pgspawn', '-d'] + how + [
            '-m', 'SOAK=' + self.soak(name), '-o', '/dev/null', '--',
            'pgtrack', '-D', self.records, 'exec', name, '--'] +
                     kind.argv).strip()
        self.model[name] = (handle, kind, False)
        if kind.lasts:
            self.expect_alive(name)

    def choose(self):
        return self.random.choice(sorted(self.model)) if self.model else None

    def step_end(self):
        name = self.choose()
        if name is None:
            return
        handle, kind, _ = self.model.pop(name)
        # A killed parent may have left some that only the lineage knows.
        run(['pgterm', '-q', '-a', '-k', '0.2', handle])
        self.expect_gone(name)
        self.stale.append(handle)
        del self.stale[:-20]

    def step_end_again(self):
        """Others may have the number by now; where their leader is dead, it
        cannot be told that they are others (3)."""
        if self.stale:
            run(['pgterm', '-q', '-a', '-k', '0.2'] +
                self.random.sample(self.stale, min(5, len(self.stale))),
                good=(0, 3))

    def step_end_by_name(self):
        name = self.choose()
        if name is None:
            return
        handle, kind, hit = self.model[name]
        told = run(['pgtrack', '-D', self.records, 'get', name], good=(0, 1))
        if told.strip() not in ('', handle):
            raise Wrong('%s: the record says %s' % (name, told))
        if not told and kind.lasts and not hit:
            raise Wrong('%s: it runs and has no record' % name)

    def step_kill(self):
        name = self.choose()
        if name is None:
            return
        handle, kind, _ = self.model[name]
        self.kill_one(carriers(self.soak(name)))
        self.model[name] = (handle, kind, True)

    def step_scan(self):
        before = self.living()
        told = run(['pgscan', '-a', 'SOAK=%s:*' % self.name], good=(0, 1))
        after = self.living()
        found = {line.split('\t')[4].split(':')[1]
                 for line in told.splitlines()}
        # Those that die meanwhile are in either.
        if not (before & after <= found <= before | after):
            raise Wrong('pgscan: %s, and there are %s' % (found, after))

    def compare(self):
        living = self.living()
        for name in living - set(self.model):
            raise Wrong('%s lives, and was ended' % name)
        for name, (_, kind, hit) in self.model.items():
            if kind.lasts and not hit and name not in living:
                self.expect_alive(name)

    def finish(self):
        for name in sorted(self.model):
            run(['pgterm', '-q', '-a', '-k', '0.2', self.model[name][0]])
            self.expect_gone(name)
        self.model.clear()
        run(['pgtrack', '-D', self.records, 'gc'])
