/** The backends of TensorFlow.js that this machine has, for tests that run on each; the others are told by their names. */
import { expect, test } from 'vitest'
import { loadBackend } from '../../../src/learners/tensorflow/backend.js'
import { type BackendName, backendNames } from '../../../src/learners/tensorflow/backendName.js'

/** A backend, and why it does not load; null where it does. */
interface Tried {
  readonly backend: BackendName
  readonly absent: string | null
}

/** Tries to load each backend, in the name of a learner. */
const tried = (owner: string): Promise<readonly Tried[]> =>
  Promise.all(
    backendNames.map((backend) =>
      loadBackend(owner, backend).then(
        () => ({ backend, absent: null }),
        (error: Error) => ({ backend, absent: error.message }),
      ),
    ),
  )

/** The backends that load, and a test for each other one that names it and holds its refusal. */
export const backendsOf = async (owner: string): Promise<readonly BackendName[]> => {
  const all = await tried(owner)
  const missing = all.flatMap(({ backend, absent }) => (absent === null ? [] : [[backend, absent] as const]))
  test.each(missing)('TensorFlow.js on %s is absent: %s', (backend, absent) => {
    // `npm run test:tensorflow` is there to run the tests on this one: absent then is a failure.
    expect(process.env['RIVULET_BACKEND'], 'the backend that had to be there').not.toBe(backend)
    expect(absent).toMatch(new RegExp(`^${owner}: backend \\w+ (needs|cannot load) [^\\n]*; npm install [^\\n]*$`))
  })
  return all.flatMap(({ backend, absent }) => (absent === null ? [backend] : []))
}
