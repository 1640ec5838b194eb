/** The speed of matrix products, compared with the fastest loop of multiplications and additions on registers. */
import { arena } from '../../kernels/arena.js'
import { ROWS_SCRATCH } from '../../kernels/contracts/dense.js'
import { registerLoops, type RegisterLoop } from '../../kernels/registerLoops.js'
import { webAssemblyKernels } from '../../kernels/webassembly.js'
import { seeded } from '../../random.js'
import { type Bench, mediansOf, stepsInRound, millisecondsOf } from './measure.js'

/** Samples, inputs and outputs of the layer that is measured. */
const SIZE = 256

/** Floating-point operations of each product. */
const OPERATIONS = 2 * SIZE * SIZE * SIZE

/** Passes of a register loop that take about as long as a product. */
const PASSES = 200_000

/** Timed work, with its floating-point operations for each step. */
interface Work {
  readonly kernel: string
  readonly shape: string
  readonly operations: number
  readonly step: () => void
}

/** The products of a layer forwards and backwards, on normal numbers. */
const products = (): readonly Work[] => {
  const matrix = SIZE * SIZE
  const [weights, input, gradient, result] = [0, matrix + SIZE, 2 * matrix + SIZE, 3 * matrix + SIZE]
  const scratch = result + matrix + SIZE
  const on = arena(scratch + ROWS_SCRATCH, 1)
  seeded(1)('kernels').normal(on.f32.subarray(0, result))
  const kernels = webAssemblyKernels(on)
  const shape = `${SIZE} x ${SIZE} x ${SIZE}`
  const work = (kernel: string, step: () => void): Work => ({ kernel, shape, operations: OPERATIONS, step })
  return [
    work('denseRows', () => kernels.denseRows(weights, matrix, input, SIZE, result, SIZE, SIZE, scratch)),
    work('denseBackwardRows', () =>
      kernels.denseBackwardRows(weights, SIZE, gradient, SIZE, 0, SIZE, result, SIZE, scratch),
    ),
    work('denseGradientRows', () =>
      kernels.denseGradientRows(input, SIZE, gradient, SIZE, SIZE, result, matrix, scratch),
    ),
  ]
}

const loopWork = ({ chains, operations, run }: RegisterLoop): Work => ({
  kernel: 'registers alone',
  shape: `${chains} chains`,
  operations: operations * PASSES,
  step: () => run(PASSES),
})

/** Billions of floating-point operations in a second. */
const gigaflopsOf = ({ operations }: Work, steps: number, milliseconds: number): number =>
  (steps * operations) / (1e6 * milliseconds)

/** The fastest loop, by one round of each after a round of warm-up. */
const fastestOf = async (bench: Bench, loops: readonly Work[]): Promise<Work> => {
  let fastest = loops[0]
  let best = 0
  for (const loop of loops) {
    const steps = await stepsInRound(bench, loop.step)
    const found = gigaflopsOf(loop, steps, await millisecondsOf(bench.clock, repeated(loop, steps)))
    if (found > best) [fastest, best] = [loop, found]
  }
  return fastest
}

const repeated =
  ({ step }: Work, steps: number) =>
  (): void => {
    for (let i = 0; i < steps; i++) step()
  }

/**
 * Measures the products of a layer of 256 inputs and outputs for 256 samples, forwards and backwards, in WebAssembly, and the fastest
 * of the register loops. They take turns in every round, so that other work of the machine slows down all of them: the share of a round
 * is the pace of a kernel divided by the pace of the loop in the same round.
 *
 * Fails: rejects with NotFiniteError for a figure that is not finite, and with the platform's error where WebAssembly has no SIMD.
 */
export const measureKernels = async (bench: Bench) => {
  const loop = await fastestOf(bench, registerLoops().map(loopWork))
  const all = [loop, ...products()]
  const steps: number[] = []
  for (const work of all) {
    await stepsInRound(bench, work.step)
    steps.push(await stepsInRound(bench, work.step))
  }
  const paces = all.map((): number[] => [])
  for (let round = 0; round < bench.rounds; round++) {
    for (const [i, work] of all.entries()) {
      await bench.pause()
      paces[i].push(gigaflopsOf(work, steps[i], await millisecondsOf(bench.clock, repeated(work, steps[i]))))
    }
  }
  return all.map(({ kernel, shape }, i) => ({
    kernel,
    shape,
    ...mediansOf({
      gigaflops: paces[i],
      percentOfRegisters: paces[i].map((each, round) => (100 * each) / paces[0][round]),
    }),
  }))
}
