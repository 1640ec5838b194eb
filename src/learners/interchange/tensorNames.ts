/**
 * The names of tensors in files. `torch.compile` and `DataParallel` put a module into another one that has no tensors of its own, so
 * that `actor.mu.bias` is saved as `_orig_mod.actor.mu.bias` or `actor.module.mu.bias`. Such a name stands for the name without the
 * wrapper.
 */
import { type Either, right } from 'fp-ts/lib/Either.js'
import { type Failure, printable } from '../../edge/decode.js'
import { refuse } from './refusal.js'

/** The name of the attribute that holds a wrapped module. */
const wrappers = ['_orig_mod', 'module']

/** A name without the wrappers in it. */
export const unwrapped = (source: string): string =>
  source
    .split('.')
    .filter((part) => !wrappers.includes(part))
    .join('.')

/** The result of a search for names. */
export interface MatchedNames {
  /** The name in the file of each known tensor. */
  readonly sources: ReadonlyMap<string, string>
  /** Unknown tensors, by their names in the file. */
  readonly unknown: readonly string[]
  /** Wrappers in the names of known tensors. */
  readonly dropped: readonly string[]
}

/**
 * Finds known names among those of a file.
 *
 * Fails: one failure for two tensors that stand for the same name.
 */
export const matchNames = (
  names: Iterable<string>,
  isKnown: (name: string) => boolean,
): Either<readonly Failure[], MatchedNames> => {
  const sources = new Map<string, string>()
  const unknown: string[] = []
  const dropped = new Set<string>()
  for (const source of names) {
    const name = isKnown(source) ? source : unwrapped(source)
    if (!isKnown(name)) {
      unknown.push(source)
      continue
    }
    const other = sources.get(name)
    if (other !== undefined) return refuse(name, 'one tensor', `${printable(other)} and ${printable(source)}`)
    sources.set(name, source)
    if (name !== source)
      wrappers.filter((wrapper) => source.split('.').includes(wrapper)).forEach((wrapper) => dropped.add(wrapper))
  }
  return right({ sources, unknown, dropped: wrappers.filter((wrapper) => dropped.has(wrapper)) })
}
