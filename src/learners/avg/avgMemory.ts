/** How one AVG learner is laid out in its arena: two networks, their moments, its tapes, and a few doubles. */
import { arena, layout, type Arena } from '../../kernels/arena.js'
import { bindKernels } from '../../kernels/bindKernels.js'
import { kernelsHome } from '../../kernels/home.js'
import { AdamScalar, type Kernels } from '../../kernels/kernels.js'
import { jobsHere, type Job, type Jobs } from '../../kernels/jobs.js'
import { recordJobs } from '../../kernels/recordedJobs.js'
import { secondThread, threadDoubles } from '../../kernels/secondThread.js'
import { ADAM_DOUBLES, startAdam, stepAdam, type AdamAt, type MomentsAt } from '../parts/adam.js'
import { checkBytes, fusedBytes } from './avgBytes.js'
import type { AvgSettings, AvgSwitches, LearnerSpec } from './avgSettings.js'
import { backward, backwardToInput, extents, forward, gradients, measure, network, tape } from '../parts/network.js'
import type { Dense, Extents, Gradients, Network, Tape } from '../parts/network.js'
import { orthogonal } from '../parts/orthogonal.js'
import { SCALER_DOUBLES } from '../parts/tdErrorScaler.js'

/** An actor's tape with the action that was drawn from it. */
export interface ActorTape extends Tape {
  /** ε and a, floats of shape `[action.size]`. */
  readonly noise: number
  readonly action: number
  /** What `squash` leaves in doubles; log π(a) stands at `logProbability`. */
  readonly sample: number
  readonly logProbability: number
}

/** What is computed with the critic in one update, on this thread or on a second one. */
export const CriticJob = {
  /** Q at `taken`, its gradients and their extents, and ∂Q/∂a. */
  value: 0,
  /** Q at `ahead`. */
  lookAhead: 1,
  /** Q at `chosen`, its gradients, and ∂Q/∂a. */
  revalue: 2,
  /** The optimizer's step by `takenGradients`. */
  step: 3,
} as const

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
  /** Of `actorGradients`, and of `takenGradients` before they are multiplied by the step's factor. */
  readonly actorExtents: Extents
  readonly criticExtents: Extents
  /**
   * A copy of the doubles that are state. An update advances the copy and puts it in their place when nothing was refused: the
   * optimizers' clock and the scaler stand here.
   */
  readonly trial: number
  /** One clock serves both optimizers; each has scalars of its own, since they may step at the same time. */
  readonly actorAdam: AdamAt
  readonly criticAdam: AdamAt
  readonly scaler: number
  /** All that touches the critic's weights in an update, by the numbers of `CriticJob`. */
  readonly criticJobs: Jobs
  /** Floats that are state, from 0: parameters, `weightFloats` of them, and moments. Doubles likewise: clock and statistics. The rest is scratch. */
  readonly weightFloats: number
  readonly stateFloats: number
  readonly stateDoubles: number
  /** Views of the weights under the published code's names. */
  readonly parameters: Readonly<Record<string, Float32Array>>
}

/** Lays a learner out and draws its first weights: orthogonal ones, biases 0. */
export const avgMemory = (spec: LearnerSpec, settings: AvgSettings & AvgSwitches): AvgMemory => {
  const { hidden, normalizePenultimate: normalized, initialization, threads } = settings
  const adam = { beta1: settings.adamBeta1, beta2: settings.adamBeta2 }
  const bind = bindKernels[kernelsHome(settings)]
  checkBytes('avg', hidden, fusedBytes(spec, settings))
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
  const statistics = doubles.take(SCALER_DOUBLES)
  const stateDoubles = doubles.size
  const trial = doubles.take(stateDoubles)
  const scaler = trial + statistics
  const actorAdam = { clock: trial + clock, scalars: doubles.take(AdamScalar.count) }
  const criticAdam = { clock: trial + clock, scalars: doubles.take(AdamScalar.count) }

  const actorTape = (): ActorTape => {
    const on = tape(floats, doubles, actor)
    const sample = doubles.take(2 * actions + 1)
    return {
      ...on,
      noise: floats.take(actions),
      action: floats.take(actions),
      sample,
      logProbability: sample + 2 * actions,
    }
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
  const actorExtents = extents(doubles, actor)
  const criticExtents = extents(doubles, critic)

  const valued =
    (on: Tape, into: Gradients): Job =>
    (run) => {
      forward(run, critic, on)
      backward(run, critic, on, into)
      backwardToInput(run, critic, observations, actions, into, actionGradient)
    }
  const jobs: Job[] = []
  const valueTaken = valued(taken, takenGradients)
  jobs[CriticJob.value] = (run) => {
    valueTaken(run)
    measure(run, critic, taken, takenGradients, criticExtents)
  }
  jobs[CriticJob.lookAhead] = (run) => forward(run, critic, ahead)
  jobs[CriticJob.revalue] = valued(chosen, chosenGradients)
  jobs[CriticJob.step] = (run) => stepAdam(run, criticAdam, critic, moments, taken, takenGradients)
  const recorded = threads === 2 ? recordJobs(jobs) : null
  const threadAt = recorded === null ? 0 : doubles.take(threadDoubles(recorded))

  const memory = arena(floats.size, doubles.size, threads === 2)
  const parameters: Record<string, Float32Array> = {}
  const name = (path: string, at: number, length: number): Float32Array =>
    (parameters[path] = memory.f32.subarray(at, at + length))
  // Each linear map of the published code is a matrix of its own; those of the actor's heads are the rows of one layer.
  const linear = (path: string, layer: Dense, from = 0, to = layer.outputs) => ({
    path,
    layer,
    from,
    rows: to - from,
    columns: layer.inputs,
  })
  const maps = [
    ...actor.hidden.map((layer, l) => linear(`actor.phi.${2 * l}`, layer)),
    linear('actor.mu', actor.head, 0, actions),
    linear('actor.log_std', actor.head, actions),
    ...critic.hidden.map((layer, l) => linear(`critic.phi.${2 * l}`, layer)),
    linear('critic.q', critic.head),
  ]
  const fill = orthogonal(bind, maps)
  for (const { path, layer, from, rows, columns } of maps) {
    const weights = name(`${path}.weight`, layer.weights + from * columns, rows * columns)
    name(`${path}.bias`, layer.weights + layer.biasAt + from, rows)
    fill(weights, rows, columns, initialization)
  }
  startAdam(memory, clock, [actorAdam, criticAdam], adam)
  memory.f64[actorAdam.scalars + AdamScalar.factor] = 1

  // ∂Q/∂Q, where both backward passes begin.
  memory.f32[takenGradients.output] = 1
  memory.f32[chosenGradients.output] = 1
  const kernels = bind(memory)

  return {
    arena: memory,
    kernels,
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
    actorExtents,
    criticExtents,
    trial,
    actorAdam,
    criticAdam,
    scaler,
    criticJobs: recorded === null ? jobsHere(kernels, jobs) : secondThread(memory, threadAt, recorded),
    weightFloats: size,
    stateFloats,
    stateDoubles,
    parameters,
  }
}
