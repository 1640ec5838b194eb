/** The real program in a process of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The file that `npm run build` makes of `src/cli/rivulet.ts`. */
export const program = fileURLToPath(new URL('../../dist/src/cli/rivulet.js', import.meta.url))

export interface Run {
  readonly status: number | null
  /** The signal that ended it, where it did not end by itself. */
  readonly signal?: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end in a working directory; it is ended after `timeout` milliseconds. */
export const rivulet = (words: readonly string[], cwd: string, timeout = 250_000): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd,
    encoding: 'utf8',
    timeout,
  })
  return { status, stdout, stderr }
}

/** Starts it; the test ends it, at the latest when the test is over. */
export const started = (words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env) => {
  const child = spawn(process.execPath, [program, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Run>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
  return { child, ended }
}
