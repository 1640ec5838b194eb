/** The list of algorithms for runs. A new algorithm is a folder below `src/learners` and an entry here. */
import type { Algorithm } from '../learners/algorithm.js'
import { avgAlgorithm } from '../learners/avg/avgAlgorithm.js'
import { iacAlgorithm } from '../learners/iac/iacAlgorithm.js'
import { intentionalAcAlgorithm } from '../learners/intentionalAc/intentionalAcAlgorithm.js'
import { ppoAlgorithm } from '../learners/ppo/ppoAlgorithm.js'
import { streamAcAlgorithm } from '../learners/streamAc/streamAcAlgorithm.js'
import { sacAlgorithm } from '../learners/sac/sacAlgorithm.js'
import { sac1Algorithm } from '../learners/sac1/sac1Algorithm.js'
import { td3Algorithm, td3OneAlgorithm } from '../learners/td3/td3Algorithm.js'

/** All algorithms, in the order in which they are listed; the first is the default. */
export const algorithms: readonly Algorithm[] = [
  avgAlgorithm,
  iacAlgorithm,
  sac1Algorithm,
  sacAlgorithm,
  td3Algorithm,
  td3OneAlgorithm,
  ppoAlgorithm,
  streamAcAlgorithm,
  intentionalAcAlgorithm,
]

/** Their names. */
export const algorithmNames = algorithms.map(({ name }) => name)

/**
 * An algorithm by its name.
 *
 * Fails: RangeError for an unknown name, which a decoded run cannot have.
 */
export const algorithmNamed = (name: string): Algorithm => {
  const found = algorithms.find((algorithm) => algorithm.name === name)
  if (found === undefined) throw new RangeError(`expected an algorithm (${algorithmNames.join(', ')}), got '${name}'`)
  return found
}
