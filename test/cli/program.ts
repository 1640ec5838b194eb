/** The real program in a process of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** What `npm run build` made of `src/cli/rivulet.ts`. */
export const program = fileURLToPath(new URL('../../dist/src/cli/rivulet.js', import.meta.url))

export interface Run {
  readonly status: number | null
  /** The signal that ended it, where it did not end by itself. */
  readonly signal?: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs it to its end in a working directory. */
export const rivulet = (words: readonly string[], cwd: string): Run => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd,
    encoding: 'utf8',
    timeout: 250_000,
  })
  return { status, stdout, stderr }
}

/** Starts it, to be ended from outside, and by the end of the test at the latest. */
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
