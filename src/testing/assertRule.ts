/** How the rules of a suite fail. */

/** Throws an error unless the rule is kept. */
export const assertRule = (kept: boolean, expected: string, got: unknown): void => {
  if (!kept)
    throw new Error(`expected ${expected}, got ${got instanceof Error ? `the error "${got.message}"` : String(got)}`)
}

/** The error that `call` throws, or undefined. */
export const thrown = (call: () => void): unknown => {
  try {
    call()
    return undefined
  } catch (error) {
    return error
  }
}
