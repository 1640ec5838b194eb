/** Optional peer dependencies: packages that users install if they need them. */
import { reason } from '../failure.js'

/**
 * Follows the import of an optional peer, `import('mqtt').catch(unavailable)`, and throws its error again. Because of the `catch`, a
 * bundler goes on if the peer is not installed, and the error comes when the import runs.
 */
export const unavailable = (error: unknown): never => {
  throw error
}

/** The errors of Node, Vite, Chromium, Firefox and Safari for a package that is not there. */
const ABSENCE =
  /^Cannot find (module|package)\b|^Could not resolve\b|resolve module specifier|bare specifier|not resolve to a valid URL/

/** Whether an import failed because the package of this name is not there; false if it is there and broken. */
export const isAbsent = (error: unknown, name: string): boolean => {
  const line = reason(error).replace(/ imported from .*/, '')
  return ABSENCE.test(line) && ['"', "'", '“'].some((quote) => line.includes(`${quote}${name}`))
}
