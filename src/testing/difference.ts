/**
 * The first difference of two values, in words, or null if there is none; `path` is the name of the values.
 *
 * Numbers: compared bit for bit: NaN equals NaN, and 0 differs from -0. Arrays and typed arrays are compared by their elements.
 */
export const difference = (expected: unknown, actual: unknown, path: string): string | null => {
  if (Object.is(expected, actual)) return null
  if (!isObject(expected) || !isObject(actual)) return `${path}: expected ${show(expected)}, got ${show(actual)}`
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(expected[key], actual[key], `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const show = (value: unknown): string => (Object.is(value, -0) ? '-0' : isObject(value) ? 'an object' : String(value))
