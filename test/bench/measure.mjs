/** What every benchmark shares: the machine it ran on, medians with their spread, and bytes allocated. */
import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Machine, Node and commit, as a line. */
export const machine = () => {
  const commit = (() => {
    try {
      return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    } catch {
      return 'unknown'
    }
  })()
  const [{ model }] = cpus()
  return `${model}, ${cpus().length} cores, Node ${process.versions.node}, commit ${commit}, ${new Date().toISOString().slice(0, 10)}`
}

/** Median, least and greatest; a measurement that is not finite ends the benchmark. */
export const spread = (values) => {
  if (values.some((value) => !Number.isFinite(value))) throw new Error(`a measurement is not finite: ${values}`)
  const sorted = [...values].sort((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], greatest: sorted[sorted.length - 1] }
}

/** A row: a name, a median and its range in a unit. */
export const row = (name, values, unit, digits = 0) => {
  const { median, least, greatest } = spread(values)
  const number = (value) => value.toFixed(digits)
  console.log(
    `${name.padEnd(44)} ${number(median).padStart(9)} ${unit}   (${number(least)} to ${number(greatest)}, ${values.length} runs)`,
  )
}

/** Milliseconds that `work` takes. */
export const timed = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Bytes of JavaScript heap that one call of `work` allocates: few enough calls that no collection falls between. Needs --expose-gc. */
export const allocated = (work, calls = 200) => {
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < calls; i++) work()
  return (process.memoryUsage().heapUsed - before) / calls
}
