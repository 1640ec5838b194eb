/**
 * Prints what a guard costs an AVG learner, in microseconds of the processor: a step of the learner alone, what the guard does in each step, a look
 * at the weights and a good snapshot; and the share of all that in a step, with the default options. The looks and snapshots are made in every
 * update and in every second one for that, in turn with plain updates.
 * `node overhead.mjs <directory of the build> [rounds] [names of shapes, with commas]`
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , directory, rounds = '7', names = 'Hopper'] = process.argv
const built = (path) => import(pathToFileURL(join(directory, path)).href)
const { avg, guard, guardDefaults, hyperparametersFor, seeded } = await built('src/index.js')
const { learnerStep } = await built('src/runs/bench/learnerStep.js')
const { shapes } = await built('src/runs/bench/shapes.js')

const open = (spec) => {
  const random = seeded(1)
  const sources = { random: random('policy'), initialization: random('initialization') }
  const stepSizes = { actorStepSize: 1e-5, criticStepSize: 1e-5 }
  return avg(spec, { ...hyperparametersFor('HalfCheetah-v4'), ...stepSizes, ...sources })
}
/** A learner that does nothing, so that only the guard is left. */
const idle = ({ action: { size } }) => {
  const sampled = { action: new Float32Array(size) }
  return {
    actionBounds: { low: -1, high: 1 },
    parameters: {},
    sample: () => sampled,
    update: () => null,
    snapshot: () => null,
    restore: () => undefined,
  }
}
const cpuMicroseconds = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}
const perStep = (step, steps) => {
  const start = cpuMicroseconds()
  for (let i = 0; i < steps; i++) step()
  return (cpuMicroseconds() - start) / steps
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

for (const name of names.split(',')) {
  const spec = shapes[name]
  const never = { lookEvery: 1e9, snapshotEvery: 1e9, onDivergence: 'rollback' }
  const bare = idle(spec)
  const kinds = {
    plain: [learnerStep(open(spec), spec), 500],
    look: [learnerStep(guard(open(spec), { ...never, lookEvery: 1 }), spec), 100],
    snapshot: [learnerStep(guard(open(spec), { ...never, lookEvery: 1, snapshotEvery: 1 }), spec), 100],
    idle: [learnerStep(bare, spec), 50_000],
    watched: [learnerStep(guard(bare, { ...never, stepSizeFactor: 1 }), spec), 50_000],
  }
  const taken = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]))
  for (let round = -1; round < Number(rounds); round++) {
    for (const [kind, [step, steps]] of Object.entries(kinds)) {
      const each = perStep(step, steps)
      if (round >= 0) taken[kind].push(each)
    }
  }
  const of = Object.fromEntries(Object.entries(taken).map(([kind, values]) => [kind, median(values)]))
  const watch = of.watched - of.idle
  const look = of.look - of.plain
  // Every second update has one.
  const snapshot = 2 * (of.snapshot - of.look)
  const share = (watch + look / guardDefaults.lookEvery + snapshot / guardDefaults.snapshotEvery) / of.plain
  const rounded = (value) => Number(value.toPrecision(3))
  console.log(
    JSON.stringify({
      shapes: name,
      step: rounded(of.plain),
      watch: rounded(watch),
      look: rounded(look),
      snapshot: rounded(snapshot),
      percent: rounded(100 * share),
    }),
  )
}
