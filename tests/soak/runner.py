"""A driver of pgup, with the services of a Procfile."""
import os

from driver import Driver
from world import (KINDS, Wrong, background, carriers, is_alive, processes,
                   read, run, waitfor)


class Runner(Driver):
    def __init__(self, name, seed, folder):
        super().__init__(name, seed, folder)
        self.project = os.path.join(folder, 'app')
        self.front = None
        self.model = {}         # name: yes, no, maybe
        os.makedirs(self.project)

    def pgup(self, *argv, good=(0,)):
        return run(['pgup', '-D', os.path.join(self.folder, 'state')] +
                   list(argv), good=good, cwd=self.project)

    def last_said(self):
        return read(self.log('pgup'))[-2000:].decode(errors='replace')

    def write(self, kinds):
        with open(os.path.join(self.project, 'Procfile'), 'w') as f:
            for name, kind in kinds.items():
                line = ' '.join("'%s'" % word if ' ' in word else word
                                for word in kind.argv)
                f.write('%s: exec env SOAK=%s %s\n' % (
                    name, self.soak(name), line))
                f.write('#: %s restart=always,1000 stop=TERM,0.2\n' % name)

    def step_up(self):
        if self.front is not None:
            return
        kinds = {self.new_name(): self.random.choice(
            [k for k in KINDS if k.lasts and k.name != 'hidden'])
                 for _ in range(3)}
        self.write(kinds)
        self.say('up with %s' % {n: k.name for n, k in kinds.items()})
        self.front = background(
            ['pgup', '-D', os.path.join(self.folder, 'state')],
            self.log('pgup'), cwd=self.project)
        for name in kinds:
            waitfor('%s lives, or pgup ends' % name,
                    lambda n=name: carriers(self.soak(n)) or
                    self.front.poll() is not None)
            self.model[name] = 'yes'
        if self.front.poll() is not None:
            raise Wrong('pgup ended with %d: %s' % (
                self.front.returncode, self.last_said()))

    def choose(self):
        return self.random.choice(sorted(self.model)) if self.model else None

    def step_stop_one(self):
        name = self.choose()
        if name is not None:
            self.pgup('stop', name)
            self.expect_gone(name)
            if not self.living() and self.front.poll() is None:
                self.model[name] = 'no'
            self.settle(name, 'no')

    def step_start_one(self):
        name = self.choose()
        if name is not None:
            self.pgup('start', name)
            self.settle(name, 'yes')

    def step_restart_one(self):
        name = self.choose()
        if name is None:
            return
        before = carriers(self.soak(name))
        self.pgup('restart', name)
        left = [p for p in before if is_alive(p.identity())]
        if left:
            raise Wrong('%s was restarted, and is left: %s' % (name, left))
        self.settle(name, 'yes')

    def settle(self, name, runs):
        """The last one to be stopped ends the runner."""
        self.model[name] = runs
        if all(r == 'no' for r in self.model.values()):
            waitfor('pgup ends', lambda: self.front.poll() is not None)
            self.ended()

    def ended(self):
        waitfor('all of pgup ends',
                lambda: not carriers(self.name + ':'), 60)
        self.front = None
        self.model.clear()

    def step_status(self):
        if self.front is None:
            return
        told = self.pgup('status', good=(0, 1))
        for name, runs in self.model.items():
            lines = [line for line in told.splitlines()
                     if line.startswith(name + ' ')]
            if runs == 'yes' and not any('running' in x for x in lines):
                raise Wrong('%s runs, and status says %s' % (name, told))

    def parts(self):
        """All of pgup that is ours: its folder is in the arguments."""
        found = []
        for p in processes():
            try:
                with open('/proc/%d/cmdline' % p.pid, 'rb') as f:
                    argv = f.read()
                cwd = os.readlink('/proc/%d/cwd' % p.pid)
            except OSError:
                continue
            if p.comm.startswith('pg') and (cwd == self.project or
                                            self.folder.encode() in argv):
                found.append(p)
        return found

    def step_kill_part(self):
        """Whichever it is, pgup stop, or the next start, leaves nothing."""
        if self.front is None:
            return
        self.kill_one(self.parts())
        self.stop()

    def step_kill_service(self):
        name = self.choose()
        if name is not None and self.model[name] == 'yes':
            self.kill_one(carriers(self.soak(name)))
            self.model[name] = 'maybe'

    def stop(self):
        self.pgup('stop', good=(0, 1))
        waitfor('pgup ends', lambda: self.front.poll() is not None)
        self.ended()

    def step_down(self):
        if self.front is not None and self.random.random() < 0.5:
            self.stop()

    def compare(self):
        if self.front is not None and self.front.poll() is not None:
            raise Wrong('pgup ended with %d: %s' % (
                self.front.returncode, self.last_said()))
        living = self.living()
        for name in living - set(self.model):
            raise Wrong('%s lives, and was ended' % name)
        for name, runs in self.model.items():
            self.judge(name, runs, living)

    def finish(self):
        if self.front is not None:
            self.stop()
        waitfor('every part of pgup ends', lambda: not self.parts(), 60)
