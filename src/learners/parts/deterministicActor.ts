/** An actor that gives one action for an observation: the tanh of its head, in [-1, 1] (Lillicrap et al. 2016; Fujimoto et al. 2018). */
import type { ConstantKernels } from '../../kernels/jobs.js'
import { describedLayers, type DeterministicActorDescription } from './actorDescription.js'
import { type Network, network, type NetworkSpec } from './network.js'
import { backward, forward, type Gradients, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** What such an actor is made of. */
export interface DeterministicActorSpec extends Omit<NetworkSpec, 'inputs' | 'heads'> {
  readonly observations: number
  readonly actions: number
}

/** Lays out the parameters of an actor under its name; its head is `head`. */
export const deterministicActor = (plan: Plan, spec: DeterministicActorSpec): Network => {
  const { observations: inputs, actions, ...rest } = spec
  return network(plan, { ...rest, inputs, heads: [{ name: 'head', size: actions }] })
}

/** What the actor is made of, and the deviation of the noise that explores. */
export const describeDeterministic = (net: Network, explorationNoise: number): DeterministicActorDescription => ({
  kind: 'deterministic',
  ...describedLayers(net),
  explorationNoise,
})

/** Fills `on.output` with the actions at `on.input`, shape `[rows, actions]`. */
export const decide = (run: ConstantKernels, net: Network, on: Tape): void => {
  forward(run, net, on)
  run.tanh(on.output, on.rows * net.head.outputs)
}

/** Fills `into` from the gradients by the actions, which stand at `into.output`, shape `[rows, actions]`, and are overwritten. */
export const decideBackward = (run: ConstantKernels, net: Network, on: Tape, into: Gradients): void => {
  run.tanhBackward(on.output, into.output, on.rows * net.head.outputs)
  backward(run, net, on, into)
}
