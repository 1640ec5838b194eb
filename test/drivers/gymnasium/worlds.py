"""Environments of the tests: each does one thing that a driver has to bear."""

import ctypes
import os
import signal
import subprocess
import sys
import time

import gymnasium
import numpy
from gymnasium.envs.classic_control.pendulum import PendulumEnv
from gymnasium.spaces import Box, Dict, Discrete

LEFT = os.environ.get('RIVULET_TEST_FILE')


class Exact(PendulumEnv):
    """Pendulum-v1, whose info is its state, in doubles."""

    def reset(self, **options):
        observation, _ = super().reset(**options)
        return observation, self.exact()

    def step(self, action):
        *rest, _ = super().step(action)
        return (*rest, self.exact())

    def exact(self):
        theta, speed = self.state
        return {'theta': theta, 'speed': speed, 'note': 'no number', 'list': [1]}


class World(gymnasium.Env):
    """Counts its steps; `kind` says what happens at the third."""

    observation_space = Box(-numpy.inf, numpy.inf, (2, 3), numpy.float64)
    action_space = Box(-1, 1, (2, 2), numpy.float32)

    def __init__(self, kind='plain'):
        self.kind = kind
        if kind == 'dictionary':
            self.observation_space = Dict({'a': Discrete(2), 'b': Box(0, 1)})
        if kind == 'whole numbers':
            self.action_space = Box(0, 9, (1,), numpy.int64)
        if kind == 'pixels':
            self.observation_space = Box(0, 255, (2, 3), numpy.uint8)
            self.see = lambda: numpy.arange(6, dtype=numpy.uint8).reshape(2, 3) + 10 * self.count
        if kind == 'broken':
            raise RuntimeError('no such robot')
        if LEFT is not None:
            with open(LEFT, 'w') as file:
                file.write(str(os.getpid()))

    def see(self):
        return numpy.arange(6.0).reshape(2, 3) + 10 * self.count

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return self.see(), {'draw': self.np_random.random(), 'seed': seed}

    def step(self, action):
        self.count += 1
        if self.count == 3:
            self.happen()
        info = {
            'sum': action.sum(),
            'shape': action.shape[0] * 10 + action.shape[1],
            'inf': -numpy.inf,
            'nan': float('nan'),
            'flag': True,
            'count': self.count,
            'text': 'left out',
        }
        return self.see(), float(action[0, 1]), self.count == 4, self.count == 4, info

    def happen(self):
        kind = self.kind
        if kind == 'raises':
            raise ValueError('a leg\nis gone')
        if kind == 'warns':
            print('the battery is low', file=sys.stderr)
            os._exit(6)
        if kind == 'exits':
            sys.exit(5)
        if kind == 'falls':
            ctypes.string_at(0)
        if kind == 'is killed':
            os.kill(os.getpid(), signal.SIGKILL)
        if kind == 'sleeps':
            time.sleep(1000)
        if kind == 'spins':
            while True:
                pass
        if kind == 'prints':
            print('a line in Python')
            os.write(1, b'a line below it\n')
            subprocess.run(['echo', 'a line of another process'], check=True)
        if kind == 'leaves a process':
            subprocess.Popen(['sleep', '5'])
            os._exit(4)

    def close(self):
        if LEFT is not None:
            with open(LEFT + '.closed', 'w') as file:
                file.write('closed')


gymnasium.register('Exact-v0', Exact, max_episode_steps=200)
gymnasium.register('World-v0', World)
gymnasium.register('Short-v0', World, max_episode_steps=2)
