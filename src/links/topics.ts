/** Topics of MQTT, and filters with wildcards (MQTT 5, section 4.7). */

/** The levels of a filter, without the group of a shared subscription. */
const levelsOf = (filter: string): readonly string[] => filter.replace(/^\$share\/[^/]*\//, '').split('/')

/** Whether a topic matches a filter. */
export const matches = (filter: string, topic: string): boolean => {
  const levels = levelsOf(filter)
  const names = topic.split('/')
  // A wildcard at the beginning does not match the broker's own topics, which begin with `$`.
  if (topic.startsWith('$') && /^[+#]/.test(levels[0])) return false
  for (let i = 0; i < levels.length; i++) {
    if (levels[i] === '#') return true
    if (i >= names.length || (levels[i] !== '+' && levels[i] !== names[i])) return false
    if (i === names.length - 1 && levels.length === i + 2 && levels[i + 1] === '#') return true
  }
  return levels.length === names.length
}

/** Whether some topic matches both filters. */
export const overlap = (first: string, second: string): boolean => {
  const [left, right] = [levelsOf(first), levelsOf(second)]
  for (let i = 0; ; i++) {
    if (left[i] === '#' || right[i] === '#') return true
    if (left[i] === undefined || right[i] === undefined) return left[i] === right[i]
    if (left[i] !== right[i] && left[i] !== '+' && right[i] !== '+') return false
  }
}
