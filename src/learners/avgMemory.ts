/** How one AVG learner is laid out in its arena: two networks, their moments, its tapes, and a few doubles. */
import { arena, layout, type Arena } from '../kernels/arena.js'
import { typescriptKernels } from '../kernels/typescript.js'
import { hasWebAssemblyKernels, webAssemblyKernels } from '../kernels/webassembly.js'
import { AdamScalar, type Kernels, type KernelsName } from '../kernels/kernels.js'
import type { SquashedGaussian } from '../kernels/squashedGaussian.js'
import type { Random } from '../types.js'
import { ADAM_DOUBLES, startAdam, type AdamAt, type AdamSettings, type MomentsAt } from './adam.js'
import type { LearnerSpec } from './avgSettings.js'
import { gradients, network, tape, type Dense, type Gradients, type Network, type Tape } from './network.js'
import { fillOrthogonal } from './orthogonal.js'
import { SCALER_DOUBLES } from './tdErrorScaler.js'

/** An actor's tape with the sample that was drawn from it. */
export interface ActorTape extends Tape {
  readonly sample: SquashedGaussian
}

/** All offsets of one learner, and the memory that they count in. */
export interface AvgMemory {
  readonly arena: Arena
  readonly kernels: Kernels
  readonly actor: Network
  readonly critic: Network
  readonly moments: MomentsAt
  /** The actor at this step's observation, and at the next one. */
  readonly present: ActorTape
  readonly next: ActorTape
  /** The critic at the action that was taken, at the one that the present weights would take, and at the next one. */
  readonly taken: Tape
  readonly chosen: Tape
  readonly ahead: Tape
  readonly actorGradients: Gradients
  readonly takenGradients: Gradients
  readonly chosenGradients: Gradients
  /** ∂Q/∂a, shape `[action.size]`. */
  readonly actionGradient: number
  readonly adamAt: AdamAt
  readonly scaler: number
  /** Floats that are state, from 0: parameters and moments. Doubles likewise: clock and statistics. The rest is scratch. */
  readonly stateFloats: number
  readonly stateDoubles: number
  /** Views of the weights under the published code's names. */
  readonly parameters: Readonly<Record<string, Float32Array>>
}

/** Lays a learner out and draws its first weights: orthogonal ones, biases 0. */
export const avgMemory = (
  spec: LearnerSpec,
  hidden: readonly number[],
  normalized: boolean,
  adam: AdamSettings,
  initialization: Random,
  kernels: KernelsName = hasWebAssemblyKernels() ? 'webassembly' : 'typescript',
): AvgMemory => {
  const observations = spec.observation.size
  const actions = spec.action.size
  const floats = layout()
  const doubles = layout()

  const actor = network(floats, observations, hidden, 2 * actions, normalized)
  const critic = network(floats, observations + actions, hidden, 1, normalized)
  const size = floats.size
  const moments = { second: floats.take(size), first: adam.beta1 > 0 ? floats.take(size) : 0 }
  const stateFloats = floats.size
  const clock = doubles.take(ADAM_DOUBLES)
  const scaler = doubles.take(SCALER_DOUBLES)
  const stateDoubles = doubles.size
  const adamAt = { clock, scalars: doubles.take(AdamScalar.count) }

  const actorTape = (): ActorTape => {
    const on = tape(floats, doubles, actor)
    const sample = {
      size: actions,
      head: on.output,
      noise: floats.take(actions),
      action: floats.take(actions),
      squashed: doubles.take(actions),
      deviation: doubles.take(actions),
    }
    return { ...on, sample }
  }
  const present = actorTape()
  const next = actorTape()
  const criticTape = (): Tape => tape(floats, doubles, critic)
  const taken = criticTape()
  const chosen = criticTape()
  const ahead = criticTape()
  const actorGradients = gradients(floats, actor)
  const takenGradients = gradients(floats, critic)
  const chosenGradients = gradients(floats, critic)
  const actionGradient = floats.take(actions)

  const memory = arena(floats.size, doubles.size)
  const parameters: Record<string, Float32Array> = {}
  const name = (path: string, at: number, length: number): Float32Array =>
    (parameters[path] = memory.f32.subarray(at, at + length))
  /** Rows `from` to `to` of a layer are one linear map of the published code, drawn as a matrix of their own. */
  const linear = (path: string, layer: Dense, from = 0, to = layer.outputs): void => {
    const weights = name(`${path}.weight`, layer.weights + from * layer.inputs, (to - from) * layer.inputs)
    name(`${path}.bias`, layer.weights + layer.biasAt + from, to - from)
    fillOrthogonal(weights, to - from, layer.inputs, initialization)
  }
  actor.hidden.forEach((layer, l) => linear(`actor.phi.${2 * l}`, layer))
  linear('actor.mu', actor.head, 0, actions)
  linear('actor.log_std', actor.head, actions)
  critic.hidden.forEach((layer, l) => linear(`critic.phi.${2 * l}`, layer))
  linear('critic.q', critic.head)
  startAdam(memory, adamAt, adam)

  return {
    arena: memory,
    kernels: kernels === 'webassembly' ? webAssemblyKernels(memory) : typescriptKernels(memory),
    actor,
    critic,
    moments,
    present,
    next,
    taken,
    chosen,
    ahead,
    actorGradients,
    takenGradients,
    chosenGradients,
    actionGradient,
    adamAt,
    scaler,
    stateFloats,
    stateDoubles,
    parameters,
  }
}
