/**
 * Copies weights from one learner to another: by a file that PyTorch reads, by a directory that TensorFlow.js reads, and as bytes.
 *
 *     npm run build && node dist/examples/09-weights.js [steps]
 *
 * The rest of a learner (the optimizer's moments, the statistics of its TD errors) is not copied, and neither are the moments with which
 * observations were normalized. Weights alone are enough to go on learning, but a policy needs its moments to act well.
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
// The bytes of a safetensors file, for example for another thread or machine. If they do not fit, `putWeights` throws and changes no weight.
const student = learnerOf(3)
putWeights(student.parameters, fromSafetensors(toSafetensors(weightsOf(teacher.parameters))))
console.log({ name: 'bytes', teacher: decision(teacher), student: decision(student) })
await rm(place, { recursive: true })
