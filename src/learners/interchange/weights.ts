/** Weights in memory, between a learner and a file: tensors by the names of the published PyTorch code. */
import { type Either, flatMap, isLeft, left, map, right, tap } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { type Failure, nearestName, printable, renderFailure } from '../../edge/decode.js'
import { NotFiniteError } from '../../failure.js'
import type { Learner } from '../../types.js'
import { refuse, summarized } from './refusal.js'
import { matchNames } from './tensorNames.js'

/** One tensor, row-major; rows are outputs. */
export interface WeightTensor {
  /** `[outputs, inputs]` of a matrix, `[outputs]` of a bias. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** Names and shapes of the tensors of a file, before their bytes are read. */
export type Outline = ReadonlyMap<string, Pick<WeightTensor, 'shape'>>

/** The weights of an actor and a critic, and whether their networks normalize. */
export interface Weights {
  /** By names such as `actor.phi.0.weight`. */
  readonly tensors: ReadonlyMap<string, WeightTensor>
  /** Whether both networks divide the last hidden vector by its norm; null if a file does not say it, as files of PyTorch. */
  readonly normalizePenultimate: boolean | null
}

/** The part of a learner that is saved and restored. */
export type LearnerParameters = Learner['parameters']

/** Most dimensions of a shape that are printed. */
const MOST_PRINTED = 8

/** A shape as text: `[256, 11]`. */
export const shapeText = (shape: readonly number[]): string =>
  shape.length <= MOST_PRINTED
    ? `[${shape.join(', ')}]`
    : `[${shape.slice(0, MOST_PRINTED).join(', ')}, ... of ${shape.length}]`

/** The number of values of a shape. */
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

/** Names and shapes of the tensors that something has: `owner`, as failures call it. */
export interface WantedTensors {
  readonly owner: string
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/**
 * The tensor of a file for each one that is wanted, by their names; the name in the file may have a wrapper.
 *
 * Fails: one failure for a tensor that is not wanted, one that the file lacks, and one of another shape; it names the first and counts the
 * others.
 */
export const fitTensors = (
  { owner, shapes }: WantedTensors,
  outline: Outline,
): Either<readonly Failure[], ReadonlyMap<string, string>> =>
  pipe(
    matchNames(outline.keys(), (name) => shapes.has(name)),
    flatMap(({ sources, unknown }) => {
      const names = [...shapes.keys()]
      const wrong: Failure[] = []
      for (const name of unknown) {
        const nearest = wrong.length === 0 ? nearestName(name, names) : null
        wrong.push({ path: '', expected: `a tensor that ${owner} has`, got: printable(name), nearest })
      }
      for (const [name, shape] of shapes) {
        const wanted = shapeText(shape)
        const source = sources.get(name)
        const found = source === undefined ? undefined : outline.get(source)
        if (source === undefined || found === undefined) {
          wrong.push({ path: name, expected: `a tensor of shape ${wanted}`, got: 'nothing', nearest: null })
        } else if (shapeText(found.shape) !== wanted) {
          wrong.push({ path: source, expected: `shape ${wanted}`, got: shapeText(found.shape), nearest: null })
        }
      }
      return wrong.length === 0 ? right(sources) : left(summarized(wrong))
    }),
  )

/** `fitTensors` for the parameters of a learner. */
export const fitWeights = (
  parameters: LearnerParameters,
  outline: Outline,
): Either<readonly Failure[], ReadonlyMap<string, string>> => {
  const shapes = new Map(Object.keys(parameters).map((name) => [name, shapeIn(parameters, name)]))
  return fitTensors({ owner: 'the learner', shapes }, outline)
}

/** Refuses values whose number does not fit their shape, and values that are not finite. */
export const checkValues = ({ tensors }: Pick<Weights, 'tensors'>): Either<readonly Failure[], void> => {
  for (const [name, { shape, values }] of tensors) {
    if (values.length !== sizeOf(shape)) {
      return refuse(name, `${sizeOf(shape)} values for shape ${shapeText(shape)}`, `${values.length}`)
    }
    const at = firstNotFinite(values)
    if (at >= 0) return refuse(`${name}[${at}]`, 'a finite number', String(values[at]))
  }
  return right(undefined)
}

/** `putWeights` with failures as values. */
export const fillParameters = (parameters: LearnerParameters, weights: Weights): Either<readonly Failure[], void> =>
  pipe(
    fitWeights(parameters, weights.tensors),
    tap(() => checkValues(weights)),
    map((sources) => {
      for (const [name, source] of sources) parameters[name].set(weights.tensors.get(source)?.values ?? [])
    }),
  )

/** The value of a result; throws its failures as one line, after the name of the function that was called. */
export const orThrow = <A>(caller: string, result: Either<readonly Failure[], A>): A => {
  if (isLeft(result)) throw new Error(`${caller}: ${result.left.map(renderFailure).join('; ')}`)
  return result.right
}

/**
 * Writes weights into a learner, bit for bit, through its `parameters`; optimizer and statistics do not change.
 *
 * Fails: throws an error of one line, before any weight has changed, for a tensor that only one of learner and weights has, for one of
 * another shape, and for a value that is not finite; it names the first and counts the others.
 */
export const putWeights = (parameters: LearnerParameters, weights: Weights): void =>
  orThrow('putWeights', fillParameters(parameters, weights))
