"""What the drivers have in common."""
import os
import random

from world import Wrong, carriers, kill, waitfor

FEW = 6                 # services of a driver at the same time


class Driver:
    """A random walk.  A subclass has methods step_NAME, of which one is a step,
    and a method finish, after which nothing of it may be left."""

    def __init__(self, name, seed, folder):
        self.name = name
        self.random = random.Random(seed)
        self.folder = folder
        self.said = []
        self.count = dict(steps=0, services=0, kills=0)
        self.serial = 0
        os.makedirs(folder)

    def say(self, text):
        self.said.append(text)
        del self.said[:-30]

    def step(self):
        steps = sorted(name for name in dir(self) if name.startswith('step_'))
        chosen = self.random.choice(steps)
        self.say(chosen)
        self.count['steps'] += 1
        getattr(self, chosen)()
        self.compare()

    def new_name(self):
        self.serial += 1
        self.count['services'] += 1
        return 'w%d' % self.serial

    def soak(self, name):
        return '%s:%s' % (self.name, name)

    def log(self, name):
        return os.path.join(self.folder, name + '.log')

    def living(self):
        """Name of each service of which a process lives."""
        return {p.soak.split(':')[1] for p in carriers(self.name + ':')}

    def expect_alive(self, name):
        """In the middle of an exec a process has no environment."""
        waitfor('%s lives' % name, lambda: carriers(self.soak(name)))

    def expect_gone(self, name, patience=None):
        """At once, unless there is patience."""
        left = carriers(self.soak(name))
        if left and patience:
            waitfor('%s ends' % name,
                    lambda: not carriers(self.soak(name)), patience)
        elif left:
            raise Wrong('%s has ended, and is left: %s' % (name, left))

    def judge(self, name, runs, living):
        if runs == 'no' and name in living:
            raise Wrong('%s was stopped, and lives' % name)
        if runs == 'yes' and name not in living:
            self.expect_alive(name)

    def kill_one(self, found):
        """SIGKILL a random one of these processes."""
        if not found:
            return None
        p = self.random.choice(found)
        self.say('SIGKILL %r' % p)
        self.count['kills'] += kill(p)
        return p

    def compare(self):
        raise NotImplementedError

    def finish(self):
        raise NotImplementedError
