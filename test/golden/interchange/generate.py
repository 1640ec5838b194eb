"""Saves small networks of the published names from PyTorch, and what they say of a few inputs.

Needs torch and safetensors; run in this directory: python generate.py
"""

import json

import torch
from safetensors.torch import save_file
from torch import nn

OBSERVATION, ACTION, HIDDEN = 3, 2, 4


class Network(nn.Module):
    """Two hidden layers, a penultimate vector of length one, and heads side by side."""

    def __init__(self, inputs, heads):
        super().__init__()
        self.phi = nn.Sequential(
            nn.Linear(inputs, HIDDEN), nn.LeakyReLU(), nn.Linear(HIDDEN, HIDDEN), nn.LeakyReLU()
        )
        for name, size in heads.items():
            self.add_module(name, nn.Linear(HIDDEN, size))
        self.heads = list(heads)

    def forward(self, x):
        features = self.phi(x)
        features = features / torch.norm(features, dim=1, keepdim=True)
        return [getattr(self, name)(features) for name in self.heads]


torch.manual_seed(1)
agent = nn.Module()
agent.actor = Network(OBSERVATION, {"mu": ACTION, "log_std": ACTION})
agent.critic = Network(OBSERVATION + ACTION, {"q": 1})
tensors = agent.state_dict()
save_file(tensors, "pytorch.safetensors")
save_file(tensors, "pytorch-with-switch.safetensors", metadata={"normalizePenultimate": "true"})
save_file({name: tensor.bfloat16() for name, tensor in tensors.items()}, "bfloat16.safetensors")
save_file({name: tensor.double() for name, tensor in tensors.items()}, "double.safetensors")

observations = torch.randn(4, OBSERVATION)
actions = torch.rand(4, ACTION) * 2 - 1
with torch.no_grad():
    mu, log_std = agent.actor(observations)
    (q,) = agent.critic(torch.cat((observations, actions), 1))
rows = {"observations": observations, "actions": actions, "mu": mu, "log_std": log_std, "q": q}
with open("outputs.json", "w") as file:
    json.dump({name: tensor.tolist() for name, tensor in rows.items()}, file)
    file.write("\n")
