/** The squashed normal distribution of `../typescript/squashedGaussian.ts`: the same operations in the same order, so the same bits. */
import { exp, softplus, tanh } from './elementary'
import { double, float } from './memory'

const LOW: f64 = -20
const HIGH: f64 = 2
const HALF_LOG_TWO_PI: f64 = 0.9189385332046727
const LOG_TWO: f64 = 0.6931471805599453

export function squash(head: i32, noise: i32, size: i32, k: f64, action: i32, sample: i32): void {
  let logProbability: f64 = 0
  for (let i = 0; i < size; i++) {
    const draw = <f64>load<f32>(float(noise + i))
    const c = <f64>load<f32>(float(head + size + i))
    const logDeviation = k * (c < LOW ? LOW : c > HIGH ? HIGH : c)
    const deviation = exp(logDeviation) * draw
    const u = <f64>load<f32>(float(head + i)) + deviation
    const squashed = tanh(u)
    store<f64>(double(sample + i), squashed)
    store<f64>(double(sample + size + i), deviation)
    store<f32>(float(action + i), <f32>squashed)
    logProbability += -0.5 * draw * draw - logDeviation - HALF_LOG_TWO_PI - 2 * (LOG_TWO - u - softplus(-2 * u))
  }
  store<f64>(double(sample + 2 * size), logProbability)
}

export function squashBackward(
  head: i32,
  size: i32,
  k: f64,
  entropyCoefficient: f64,
  sample: i32,
  actionGradient: i32,
  headGradient: i32,
): void {
  for (let i = 0; i < size; i++) {
    const a = load<f64>(double(sample + i))
    const deviation = load<f64>(double(sample + size + i))
    const c = <f64>load<f32>(float(head + size + i))
    const through = (1 - a * a) * <f64>load<f32>(float(actionGradient + i))
    store<f32>(float(headGradient + i), <f32>(2 * entropyCoefficient * a - through))
    const byLog = entropyCoefficient * (-k + 2 * k * a * deviation) - through * k * deviation
    store<f32>(float(headGradient + size + i), c < LOW || c > HIGH ? 0 : <f32>byLog)
  }
}

export function squashRows(
  head: i32,
  noise: i32,
  rows: i32,
  size: i32,
  scalars: i32,
  action: i32,
  stride: i32,
  sample: i32,
): void {
  const k = load<f64>(double(scalars))
  for (let r = 0; r < rows; r++) {
    squash(head + 2 * r * size, noise + r * size, size, k, action + r * stride, sample + r * (2 * size + 1))
  }
}

export function squashBackwardRows(
  head: i32,
  rows: i32,
  size: i32,
  scalars: i32,
  sample: i32,
  actionGradient: i32,
  headGradient: i32,
): void {
  const k = load<f64>(double(scalars))
  const entropyCoefficient = load<f64>(double(scalars + 1))
  const factor = load<f64>(double(scalars + 2))
  for (let r = 0; r < rows; r++) {
    const at = 2 * r * size
    const from = sample + r * (2 * size + 1)
    squashBackward(head + at, size, k, entropyCoefficient, from, actionGradient + r * size, headGradient + at)
  }
  const end = float(headGradient + 2 * rows * size)
  for (let at = float(headGradient); at < end; at += 4) store<f32>(at, <f32>(<f64>load<f32>(at) * factor))
}
