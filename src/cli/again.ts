/** The command once more, in a process of its own. */

/**
 * Runs the command with other words and gives its standard output. It rejects with the reason where that fails, and when the signal is
 * aborted, which ends the process.
 */
export type Again = (words: readonly string[], ended: AbortSignal) => Promise<string>

/** Of a process whose first argument is the command's file. */
export const againOf =
  ({ execPath, execArgv, argv: [, file] }: Pick<NodeJS.Process, 'execPath' | 'execArgv' | 'argv'>): Again =>
  async (words, ended) => {
    const { spawn } = await import('node:child_process')
    return new Promise((resolve, reject) => {
      const child = spawn(execPath, [...execArgv, file, ...words], {
        stdio: ['ignore', 'pipe', 'pipe'],
        signal: ended,
      })
      const read = (stream: NodeJS.ReadableStream): (() => string) => {
        let text = ''
        stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        return () => text
      }
      const [stdout, stderr] = [read(child.stdout), read(child.stderr)]
      child.on('error', reject)
      child.on('close', (code, signal) => {
        const lastLine = stderr().trimEnd().split('\n').at(-1) ?? ''
        if (code === 0) resolve(stdout())
        else reject(new Error(lastLine.replace(/^rivulet: /, '') || `a process of its own ended by ${signal ?? code}`))
      })
    })
  }
