"""A driver of pgkeep and pgspawn -K parent, with wants."""
import os

from driver import FEW, Driver
from world import (KINDS, Wrong, background, carriers, is_alive, process,
                   processes, run, waitfor)


class Keepers(Driver):
    def __init__(self, name, seed, folder):
        super().__init__(name, seed, folder)
        self.model = {}         # name: [keeper, kind, runs: yes, no, maybe]
        self.lost = set()       # whose keepers were killed
        self.states = os.path.join(folder, 'run')
        os.makedirs(self.states, 0o700)

    def step_start_keeper(self):
        if len(self.model) >= FEW:
            return
        name = self.new_name()
        kind = self.random.choice(KINDS)
        policy = self.random.choice(['no', 'always,1000', 'on-failure'])
        self.say('%s is %s, %s' % (name, kind.name, policy))
        keeper = background(
            ['pgkeep', '-D', self.states, '-R', policy, '-r', '8', 'run', name,
             '--', 'pgspawn', '-a', '-K', 'parent', '-p', '8', '-k', '0.2',
             '-m', 'SOAK=' + self.soak(name), '-L', name + ' | ', '--'] +
            kind.argv, '/dev/null')
        self.model[name] = [keeper, kind, 'maybe']
        waitfor('the keeper of ' + name, lambda: os.path.exists(
            os.path.join(self.states, name)) or keeper.poll() is not None)
        run(['pgkeep', '-D', self.states, '-K', str(keeper.pid), 'start',
             name], good=(0,) if kind.lasts else (0, 1))
        self.note(name, 'yes')

    def note(self, name, runs):
        entry = self.model[name]
        entry[2] = runs if runs != 'yes' or entry[1].lasts else 'maybe'

    def choose(self):
        return self.random.choice(sorted(self.model)) if self.model else None

    def want(self, word, name):
        """1 if it is fulfilled.  One that dies cannot be told to have started;
        and where a part was hit, its keeper may be about to end."""
        keeper, kind, runs = self.model[name]
        good = (0,) if kind.lasts or word not in ('start', 'restart') \
            else (0, 1)
        try:
            run(['pgkeep', '-D', self.states, word, name], good=good)
        except Wrong:
            if runs != 'maybe':
                raise
            waitfor('the keeper of %s ends' % name,
                    lambda: keeper.poll() is not None)
            return False
        return True

    def step_stop(self):
        name = self.choose()
        if name is not None and self.want('stop', name):
            self.expect_gone(name)
            self.note(name, 'no')

    def step_want_start(self):
        name = self.choose()
        if name is None:
            return
        # The keeper may not know yet that what runs was killed.
        runs = 'yes' if self.model[name][2] == 'no' else self.model[name][2]
        if self.want('start', name):
            self.note(name, runs)

    def step_restart(self):
        name = self.choose()
        if name is None:
            return
        before = carriers(self.soak(name))
        if self.want('restart', name):
            left = [p for p in before if is_alive(p.identity())]
            if left:
                raise Wrong('%s was restarted, and is left: %s' % (name, left))
            self.note(name, 'yes')

    def step_kill_member(self):
        """Its policy says what comes then."""
        name = self.choose()
        if name is not None:
            self.kill_one(carriers(self.soak(name)))
            self.model[name][2] = 'maybe'

    def pgspawn_of(self, name):
        keeper = self.model[name][0].pid
        return [p for p in processes()
                if p.ppid == keeper and p.comm == 'pgspawn']

    def step_kill_part(self):
        """The keeper, or its pgspawn: then all of the service ends.  Without
        a pgspawn nobody finds those that have no environment any more."""
        name = self.choose()
        if name is None:
            return
        keeper = self.model[name][0]
        parts = [process(keeper.pid)]
        if self.model[name][1].name != 'hidden':
            parts += self.pgspawn_of(name)
        hit = self.kill_one([p for p in parts if p is not None])
        if hit is None:
            return
        if hit.pid != keeper.pid and not carriers(self.soak(name)):
            # It was between two lives: the keeper may go on.
            self.model[name][2] = 'maybe'
            return
        waitfor('the keeper of %s ends' % name,
                lambda: keeper.poll() is not None)
        self.expect_gone(name, 60)
        if hit.pid == keeper.pid:
            self.lost.add('.%s.keeper' % name)
        del self.model[name]

    def step_end(self):
        name = self.choose()
        if name is None or not self.want('end', name):
            return
        self.expect_gone(name)
        waitfor('the keeper of %s ends' % name,
                lambda: self.model[name][0].poll() is not None)
        del self.model[name]

    def step_list(self):
        told = run(['pgkeep', '-D', self.states, 'list'])
        states = dict(line.split('\t')[:2] for line in told.splitlines())
        for name, (keeper, _, runs) in self.model.items():
            state = states.get(name)
            if (runs == 'yes' and state != 'running') or \
                    (runs == 'no' and state != 'stopped'):
                raise Wrong('%s: the list says %s' % (name, state))

    def compare(self):
        for name, entry in list(self.model.items()):
            keeper = entry[0]
            if keeper.poll() is not None:
                if entry[2] != 'maybe':
                    raise Wrong('the keeper of %s ended with %d' % (
                        name, keeper.returncode))
                self.expect_gone(name, 60)
                del self.model[name]
        living = self.living()
        for name in living - set(self.model):
            raise Wrong('%s lives, and was ended' % name)
        for name, (_, _, runs) in self.model.items():
            self.judge(name, runs, living)

    def finish(self):
        run(['pgkeep', '-D', self.states, 'end'])
        for name, (keeper, _, _) in self.model.items():
            waitfor('the keeper of %s ends' % name,
                    lambda k=keeper: k.poll() is not None)
            self.expect_gone(name)
        self.model.clear()
        left = [p for p in processes()
                if p.comm == 'stubborn' and not p.soak]
        if left:
            raise Wrong('without an environment, and left: %s' % left)
        left = {f for f in os.listdir(self.states)
                if f.endswith(('.keeper', '.want', '.taken'))} - self.lost
        if left:
            raise Wrong('files are left: %s' % left)
