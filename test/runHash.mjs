/**
 * Prints a hash of everything that a short run of Hopper-v4 leaves behind, the same on any machine and Node (agent.test.ts).
 *
 *     node test/runHash.mjs webassembly|typescript
 */
import { createHash } from 'node:crypto'
import { lastValueFrom } from 'rxjs'
import { avg, publishedSettings, pipe, runningMoments, seeded, simulate } from '../dist/src/index.js'
import {
  actuate,
  normalizeObservation,
  sampleAction,
  takeSteps,
  timeLimit,
  transitions,
  update,
} from '../dist/operators/index.js'

const random = seeded(2026)
const world = await simulate('Hopper-v4', { random: random('environment') })
const learner = avg(world.spec, {
  ...publishedSettings('HalfCheetah-v4'),
  kernels: process.argv[2],
  random: random('policy'),
  initialization: random('initialization'),
})
const moments = runningMoments(world.spec.observation)

await lastValueFrom(
  pipe(
    world.timeSteps,
    timeLimit(40),
    normalizeObservation(moments),
    transitions(),
    update(learner),
    sampleAction(learner),
    actuate(world),
    takeSteps(500),
  ),
)
const { floats, doubles } = learner.snapshot()
const hash = createHash('sha256')
for (const part of [floats, doubles, moments.mean, moments.variance]) {
  hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
}
world.close()
console.log(hash.digest('hex').slice(0, 32))
