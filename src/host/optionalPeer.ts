/** Optional peers: packages that a user installs if they want what needs them. */
import { reason } from '../failure.js'

/**
 * Stands behind the import of an optional peer, `import('mqtt').catch(unavailable)`. A bundler then goes on without a peer that is
 * not installed, and the error comes on use.
 */
export const unavailable = (error: unknown): never => {
  throw error
}

/** In the words of Node, Vite, Chromium, Firefox and Safari. */
const absences =
  /^Cannot find (module|package)\b|^Could not resolve\b|resolve module specifier|bare specifier|not resolve to a valid URL/

/** Whether an import failed because the package of this name is not there, rather than broken. */
export const isAbsent = (error: unknown, name: string): boolean => {
  const line = reason(error).replace(/ imported from .*/, '')
  return absences.test(line) && ['"', "'", '“'].some((quote) => line.includes(`${quote}${name}`))
}
