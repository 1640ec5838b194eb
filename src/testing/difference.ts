/**
 * Where two values first differ, in words, or null where they do not; `path` is what the values are called.
 *
 * Numbers: every bit counts: NaN equals NaN, 0 and -0 are apart. Arrays and typed arrays go by their elements.
 */
export const difference = (expected: unknown, came: unknown, path: string): string | null => {
  if (Object.is(expected, came)) return null
  if (!isObject(expected) || !isObject(came)) return `${path}: expected ${show(expected)}, came ${show(came)}`
  for (const key of new Set([...Object.keys(expected), ...Object.keys(came)])) {
    const found = difference(expected[key], came[key], `${path}.${key}`)
    if (found !== null) return found
  }
  return null
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const show = (value: unknown): string => (Object.is(value, -0) ? '-0' : isObject(value) ? 'an object' : String(value))
