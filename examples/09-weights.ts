/**
 * Weights out of one learner and into another: by a file that PyTorch reads, by one that TensorFlow.js reads, and as bytes.
 *
 *     npm run build && node dist/examples/09-weights.js [steps]
 *
 * What a learner is beside its weights (the optimizer's moments, the statistics of its TD errors) stays where it is, and so do the
 * moments that observations were normalized with: weights alone go on learning, but a policy needs its moments to act well.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  avg,
  fromSafetensors,
  loadWeights,
  publishedSettings,
  pipe,
  putWeights,
  saveWeights,
  seeded,
  simulate,
  toSafetensors,
  weightsOf,
} from 'rivulet'
import { actuate, rescaleAction, sampleAction, takeSteps, transitions, update } from 'rivulet/operators'

const steps = Number(process.argv[2] ?? 1000)

const world = await simulate('Pendulum-v1', { random: seeded(1)('environment') })
const learnerOf = (seed: number) => {
  const random = seeded(seed)
  const sources = { random: random('policy'), initialization: random('initialization') }
  return avg(world.spec, { ...publishedSettings('HalfCheetah-v4'), hidden: [32, 32], ...sources })
}

const teacher = learnerOf(1)
await pipe(
  world.timeSteps,
  transitions(),
  update(teacher),
  sampleAction(teacher),
  rescaleAction(world.spec.action),
  actuate(world),
  takeSteps(steps),
).forEach(() => undefined)
world.close()

const place = await mkdtemp(join(tmpdir(), 'weights-'))
await saveWeights(join(place, 'teacher.safetensors'), teacher)
await saveWeights(join(place, 'teacher'), teacher)

const decision = ({ sample }: ReturnType<typeof learnerOf>) => sample([1, 0, 0], { deterministic: true }).action[0]
for (const name of ['teacher.safetensors', 'teacher']) {
  const student = learnerOf(2)
  await loadWeights(join(place, name), student)
  console.log({ name, teacher: decision(teacher), student: decision(student) })
}
// The bytes of a safetensors file, on their way to another thread or machine. What does not fit throws, and no weight is touched.
const student = learnerOf(3)
putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters))))
console.log({ name: 'bytes', teacher: decision(teacher), student: decision(student) })
await rm(place, { recursive: true })
