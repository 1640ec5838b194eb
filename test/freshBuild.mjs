/** Many tests start the built command or import the built package: before any of them runs, the build is one of the sources. */
import { build, isBuilt } from '../build.mjs'

const renew = () => {
  if (isBuilt()) return true
  console.log('The build is not one of these sources: building.')
  if (build() === 0) return true
  console.error('The sources do not build, as said above; no test was run.')
  return false
}

/** Called by Vitest before the first test. */
export const setup = (project) => {
  if (!renew()) process.exit(1)
  // In watch mode, before each further run.
  project.onTestsRerun(() => void renew())
}
