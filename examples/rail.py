"""An environment of your own: a cart on a rail, to be held in the middle. Example 10 trains on it."""

import gymnasium
import numpy
from gymnasium.spaces import Box


class Rail(gymnasium.Env):
    observation_space = Box(-numpy.inf, numpy.inf, (2,), numpy.float64)
    action_space = Box(-1, 1, (1,), numpy.float32)
    dt = 0.05

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.position, self.speed = self.np_random.uniform(-1, 1), 0.0
        return self.see(), {}

    def step(self, action):
        self.speed += self.dt * (2 * float(action[0]) - self.speed)
        self.position += self.dt * self.speed
        reward = 1 - (self.position / 2) ** 2
        return self.see(), reward, abs(self.position) > 2, False, {'speed': self.speed}

    def see(self):
        return numpy.array([self.position, self.speed])


gymnasium.register('Rail-v0', Rail, max_episode_steps=200)
