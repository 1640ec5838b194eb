/**
 * Prints what a guard costs: milliseconds of a sample and an update of AVG, of whole rounds of guarded and plain ones in turn, with the default
 * options, and the ratio of each pair. The rounds have the looks and the good snapshots of 20,000 updates.
 * `node overhead.mjs <directory of the build> [rounds] [updates of a round]`
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [, , directory, rounds = '9', updates = '20000'] = process.argv
const built = (path) => import(pathToFileURL(join(directory, path)).href)
const { avg, guard, hyperparametersFor, seeded } = await built('src/index.js')
const { learnerStep } = await built('src/runs/bench/learnerStep.js')
const { shapes } = await built('src/runs/bench/shapes.js')

const open = (spec) => {
  const random = seeded(1)
  const sources = { random: random('policy'), initialization: random('initialization') }
  const stepSizes = { actorStepSize: 1e-5, criticStepSize: 1e-5 }
  return avg(spec, { ...hyperparametersFor('HalfCheetah-v4'), ...stepSizes, ...sources })
}
for (const name of ['Hopper', 'HalfCheetah']) {
  const spec = shapes[name]
  const trips = []
  const guarded = guard(open(spec), { onDivergence: 'rollback', onTrip: (trip) => trips.push(trip) })
  const steps = { plain: learnerStep(open(spec), spec), guarded: learnerStep(guarded, spec) }
  // Slices in turn, so that what else the machine does falls on both alike.
  const slice = 250
  const ratios = []
  for (let round = -1; round < Number(rounds); round++) {
    const taken = { plain: 0, guarded: 0 }
    for (let done = 0; done < Number(updates); done += slice) {
      const order = (done / slice) % 2 === 0 ? ['plain', 'guarded'] : ['guarded', 'plain']
      for (const which of order) {
        const start = performance.now()
        for (let i = 0; i < slice; i++) steps[which]()
        taken[which] += performance.now() - start
      }
    }
    if (round < 0) continue
    ratios.push(taken.guarded / taken.plain)
    const micro = (ms) => ((1000 * ms) / Number(updates)).toFixed(1)
    console.log(`${name}: plain ${micro(taken.plain)} us, guarded ${micro(taken.guarded)} us, ratio ${ratios.at(-1).toFixed(4)}`)
  }
  const sorted = ratios.toSorted((a, b) => a - b)
  console.log(JSON.stringify({ shapes: name, median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], greatest: sorted.at(-1), trips: trips.length }))
}
