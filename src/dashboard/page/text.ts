/** Numbers, times and names as the page shows them. */

/** A count with thousands separators: `100,000`. */
export const countText = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 })

/** A number to four digits; a very small or large one by its power of ten. Empty for one that is not there. */
export const numberText = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return ''
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2)
  return value.toLocaleString('en-US', {
    maximumFractionDigits: size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4,
  })
}

/** A return, to one decimal. */
export const returnText = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A number on an axis: `20k`, `1.5M`. */
export const tickText = (value: number): string =>
  Math.abs(value) < 1e-3 && value !== 0
    ? value.toExponential()
    : value
        .toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: Math.abs(value) < 1 ? 4 : 2 })
        .replace('K', 'k')

/** A time in hours, minutes and seconds: `0:48`, `2:05:00`. */
export const timeText = (seconds: number): string => {
  const whole = Math.round(seconds)
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'))
  return whole < 3600 ? `${Math.floor(whole / 60)}:${parts[1]}` : `${Math.floor(whole / 3600)}:${parts.join(':')}`
}

/** Bytes in MB: 10^6 bytes. */
export const bytesText = (bytes: number): string => `${countText(bytes / 1e6)} MB`

const named: Readonly<Record<string, string>> = {
  tdError: 'TD error',
  stepsPerSecond: 'Steps per second',
  memoryBytes: 'Memory',
  length: 'Length of episodes',
}

/** The name of a number in words: `actorLoss` is `Actor loss`. */
export const nameText = (name: string): string => {
  if (named[name] !== undefined) return named[name]
  const words = name.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  )
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Settings as lines of name and value; a record within is listed by the path of its fields. */
export const settingLines = (
  settings: Readonly<Record<string, unknown>>,
  path = '',
): readonly (readonly [string, string])[] =>
  Object.entries(settings).flatMap(([name, value]) =>
    isRecord(value)
      ? settingLines(value, `${path}${name}.`)
      : [[`${path}${name}`, Array.isArray(value) ? value.join(', ') : String(value)] as const],
  )
