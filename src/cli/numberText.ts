/** Numbers and times as the command prints them. */

/** A count with thousands separators: `100,000`. */
export const countText = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 })

/** A count and its noun: `1 episode`, `12 episodes`. */
export const countWithNoun = (value: number, noun: string): string =>
  `${countText(value)} ${noun}${value === 1 ? '' : 's'}`

/** A return, to one decimal. */
export const decimalText = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** A time in its two largest units: `0.8 s`, `48 s`, `4 min 12 s`, `2 h 5 min`. */
export const durationText = (seconds: number): string => {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
