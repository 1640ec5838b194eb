/** Weights on their way between a learner and a file: tensors by the names of the published PyTorch code. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { type Failure, nearestName, printable } from '../../decode.js'
import { NotFiniteError } from '../../failure.js'
import type { Learner } from '../../types.js'

/** One tensor, row-major; rows are outputs. */
export interface WeightTensor {
  /** `[outputs, inputs]` of a matrix, `[outputs]` of a bias. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** The weights of an actor and a critic, and how their networks are to be read. */
export interface Weights {
  /** By names such as `actor.phi.0.weight`. */
  readonly tensors: ReadonlyMap<string, WeightTensor>
  /** Whether both networks divide the last hidden vector by its norm; null where a file does not say, as PyTorch's do not. */
  readonly normalizePenultimate: boolean | null
}

/** What of a learner is saved and restored. */
export type LearnerParameters = Learner['parameters']

/** One failure, as everything that reads or fits weights tells it. */
export const refuse = (path: string, expected: string, got: string, nearest: string | null = null) =>
  left<readonly Failure[]>([{ path, expected, got, nearest }])

/** Failures of one file as one line: the first, and how many others there are. */
export const summarized = (failures: readonly Failure[]): readonly Failure[] => {
  const [first, ...others] = failures
  return others.length === 0 ? failures : [{ ...first, got: `${first.got} (and ${others.length} more)` }]
}

/** A shape in print: `[256, 11]`. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** How many values a shape has. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** The index of the first value that is not finite, or -1. */
export const firstNotFinite = (values: Float32Array): number => values.findIndex((value) => !Number.isFinite(value))

/** A matrix has as many rows as the bias beside it has values; everything else is a vector. */
const shapeIn = (parameters: LearnerParameters, name: string): readonly number[] => {
  const { length } = parameters[name]
  const rows = name.endsWith('.weight') ? parameters[name.replace(/weight$/, 'bias')]?.length : undefined
  return rows === undefined ? [length] : [rows, length / rows]
}

/**
 * A copy of a learner's weights, in the order of their names.
 *
 * Fails: NotFiniteError that names the tensor and the component.
 */
export const weightsOf = (parameters: LearnerParameters, normalizePenultimate: boolean | null = null): Weights => {
  const tensors = new Map<string, WeightTensor>()
  for (const name of Object.keys(parameters).sort()) {
    const values = parameters[name].slice()
    const at = firstNotFinite(values)
    if (at >= 0) throw new NotFiniteError(name, { index: at }, values[at])
    tensors.set(name, { shape: shapeIn(parameters, name), values })
  }
  return { tensors, normalizePenultimate }
}

/**
 * Puts weights into a learner, bit for bit, through the views that it hands out; optimizer and statistics stay as they are.
 *
 * Fails: one failure, and no weight is touched, for a tensor that the learner has and the weights lack, or the other way round, and
 * for one of another shape; it names the first and counts the others.
 */
export const putWeights = (parameters: LearnerParameters, { tensors }: Weights): Either<readonly Failure[], void> => {
  const names = Object.keys(parameters)
  const wrong: Failure[] = []
  for (const name of names) {
    const wanted = shapeText(shapeIn(parameters, name))
    const tensor = tensors.get(name)
    if (tensor === undefined) {
      const others = [...tensors.keys()].filter((other) => !(other in parameters))
      const nearest = nearestName(name, others)
      wrong.push({ path: name, expected: `a tensor of shape ${wanted}`, got: 'nothing', nearest })
    } else if (shapeText(tensor.shape) !== wanted) {
      wrong.push({ path: name, expected: `shape ${wanted}`, got: shapeText(tensor.shape), nearest: null })
    }
  }
  for (const name of tensors.keys()) {
    if (names.includes(name)) continue
    const nearest = nearestName(name, names)
    wrong.push({ path: '', expected: 'a tensor that the learner has', got: printable(name), nearest })
  }
  if (wrong.length > 0) return left(summarized(wrong))
  for (const name of names) parameters[name].set(tensors.get(name)?.values ?? [])
  return right(undefined)
}
