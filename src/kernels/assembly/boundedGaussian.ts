/** The bounded normal distribution of `../typescript/boundedGaussian.ts`: the same operations in the same order, so the same bits. */
import { exp, log, tanh } from './elementary'
import { double, float } from './memory'

const HALF_LOG_TWO_PI: f64 = 0.9189385332046727
const FLOOR: f64 = 1e-6

export function boundedRows(
  head: i32,
  noise: i32,
  rows: i32,
  size: i32,
  scalars: i32,
  action: i32,
  stride: i32,
  sample: i32,
): void {
  for (let r = 0; r < rows; r++) {
    const mean = head + 2 * r * size
    const into = sample + r * (2 * size + 1)
    let logProbability: f64 = 0
    for (let i = 0; i < size; i++) {
      const draw = <f64>load<f32>(float(noise + r * size + i))
      const logDeviation = -5 + 3.5 * (tanh(<f64>load<f32>(float(mean + size + i))) + 1)
      const deviation = exp(logDeviation) * draw
      const squashed = tanh(<f64>load<f32>(float(mean + i)) + deviation)
      store<f64>(double(into + i), squashed)
      store<f64>(double(into + size + i), deviation)
      store<f32>(float(action + r * stride + i), <f32>squashed)
      logProbability += -0.5 * draw * draw - logDeviation - HALF_LOG_TWO_PI - log(1 - squashed * squashed + FLOOR)
    }
    store<f64>(double(into + 2 * size), logProbability)
  }
}

export function boundedBackwardRows(
  head: i32,
  rows: i32,
  size: i32,
  scalars: i32,
  sample: i32,
  actionGradient: i32,
  headGradient: i32,
): void {
  const entropyCoefficient = load<f64>(double(scalars + 1))
  const factor = load<f64>(double(scalars + 2))
  for (let r = 0; r < rows; r++) {
    const from = sample + r * (2 * size + 1)
    const at = 2 * r * size
    for (let i = 0; i < size; i++) {
      const a = load<f64>(double(from + i))
      const t = tanh(<f64>load<f32>(float(head + at + size + i)))
      const room = 1 - a * a
      const through = room * <f64>load<f32>(float(actionGradient + r * size + i))
      const byMean = entropyCoefficient * ((2 * a * room) / (room + FLOOR)) - through
      const byLog = byMean * load<f64>(double(from + size + i)) - entropyCoefficient
      store<f32>(float(headGradient + at + i), <f32>(byMean * factor))
      store<f32>(float(headGradient + at + size + i), <f32>(byLog * (3.5 * (1 - t * t)) * factor))
    }
  }
}
