/** An actor whose actions are drawn from the normal distribution squashed by tanh (`equations/squashedNormal.ts`), laid out in an arena. */
import type { Arena } from '../../kernels/arena.js'
import type { ConstantKernels } from '../../kernels/jobs.js'
import { SquashScalar } from '../../kernels/kernels.js'
import { describedLayers, type LogStdReading, type SquashedActorDescription } from './actorDescription.js'
import { type Network, network, type NetworkSpec, startNetwork } from './network.js'
import { backward, type Batch, forward, type Gradients, oneRow, tape, type Tape } from './passes.js'
import type { Plan } from './plan.js'

/** What an actor is made of. */
export interface SquashedActorSpec extends Omit<NetworkSpec, 'name' | 'inputs' | 'heads'> {
  readonly observations: number
  readonly actions: number
  readonly logStdReading: LogStdReading
}

/** The network from an observation to [μ | c], and how its output is read. */
export interface SquashedActor {
  readonly net: Network
  readonly actions: number
  readonly logStdReading: LogStdReading
  /** Doubles in the order of `SquashScalar`, written by `startActor`; a learner may move `entropyCoefficient`. */
  readonly scalars: number
}

/** An actor's tape with the actions that were drawn from it. */
export interface ActorTape extends Tape {
  /** ε, floats of shape `[rows, actions]`. */
  readonly noise: number
  /** a: rows of floats of shape `[actions]` that begin `stride` floats apart. */
  readonly action: number
  readonly stride: number
  /** What drawing leaves in doubles, shape `[rows, 2 actions + 1]`; that of the first row ends with log π(a), at `logProbability`. */
  readonly sample: number
  readonly logProbability: number
}

/** Where actions are put, when not in a place of their own: behind the observations before a critic, say. */
export type ActionsAt = Pick<ActorTape, 'action' | 'stride'>

/** Lays out an actor's parameters. */
export const squashedActor = (plan: Plan, spec: SquashedActorSpec): SquashedActor => {
  const { observations: inputs, actions, logStdReading, ...rest } = spec
  const heads = [
    { name: 'mu', size: actions },
    { name: 'log_std', size: actions },
  ]
  return {
    net: network(plan, { ...rest, name: 'actor', inputs, heads }),
    actions,
    logStdReading,
    scalars: plan.doubles.take(SquashScalar.count),
  }
}

/** What the actor is made of. */
export const describeSquashed = ({ net, logStdReading }: SquashedActor): SquashedActorDescription => ({
  kind: 'squashed-normal',
  ...describedLayers(net),
  logStdReading,
})

/** Lays out what drawing an action, or a row of them, needs. Its input may be that of another tape. */
export const actorTape = (
  plan: Plan,
  actor: SquashedActor,
  on: Batch = oneRow,
  into?: ActionsAt,
  sharedInput?: number,
): ActorTape => drawnAnew(plan, actor, tape(plan, actor.net, on, sharedInput), into)

/** Lays out what further actions need that are drawn from the same forward pass, by noise of their own. */
export const drawnAnew = (plan: Plan, { actions }: SquashedActor, on: Tape, into?: ActionsAt): ActorTape => {
  const sample = plan.doubles.take(on.rows * (2 * actions + 1))
  return {
    ...on,
    noise: plan.floats.take(on.rows * actions),
    ...(into ?? { action: plan.floats.take(on.rows * actions), stride: actions }),
    sample,
    logProbability: sample + 2 * actions,
  }
}

/** Writes what the kernels read beside an actor's parameters: how log_std is read, η, and 1 / `rows` for the mean of so many losses. */
export const startActor = (memory: Arena, actor: SquashedActor, entropyCoefficient: number, rows: number): void => {
  const { net, logStdReading, scalars } = actor
  startNetwork(memory, net)
  memory.f64[scalars + SquashScalar.k] = logStdReading === 'covariance' ? 0.5 : 1
  memory.f64[scalars + SquashScalar.entropyCoefficient] = entropyCoefficient
  memory.f64[scalars + SquashScalar.factor] = 1 / rows
}

/** Draws actions and their log-probabilities at `on.input` by the noise at `on.noise`. */
export const act = (run: ConstantKernels, actor: SquashedActor, on: ActorTape): void => {
  forward(run, actor.net, on)
  draw(run, actor, on)
}

/** Draws them from a forward pass that is on the tape already. */
export const draw = (
  run: ConstantKernels,
  { actions, scalars, logStdReading }: SquashedActor,
  { output, noise, rows, action, stride, sample }: ActorTape,
): void => {
  if (logStdReading === 'bounded') run.boundedRows(output, noise, rows, actions, scalars, action, stride, sample)
  else run.squashRows(output, noise, rows, actions, scalars, action, stride, sample)
}

/** Fills `into` with the gradients of the mean `reparameterizedLoss` of the actions on the tape, from ∂Q/∂a, shape `[rows, actions]`. */
export const reparameterize = (
  run: ConstantKernels,
  { net, actions, scalars, logStdReading }: SquashedActor,
  on: ActorTape,
  actionGradient: number,
  into: Gradients,
): void => {
  const { output, rows, sample } = on
  if (logStdReading === 'bounded') {
    run.boundedBackwardRows(output, rows, actions, scalars, sample, actionGradient, into.output)
  } else run.squashBackwardRows(output, rows, actions, scalars, sample, actionGradient, into.output)
  backward(run, net, on, into)
}
