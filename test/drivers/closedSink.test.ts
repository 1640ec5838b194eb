/** A program that closes its sink when a run completes, although its device still stops through it: a process of its own. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

const here = fileURLToPath(new URL('../..', import.meta.url))

/** A motor behind a connection; `argv[1]` is how long a command takes, and `argv[2]` what happens when the run completes. */
const source = `
  import { createServer } from 'node:net'
  import { interval, take, tap } from 'rxjs'
  import { device, observe, realtime, tcpSession } from './src/index.js'
  const [delay, ending] = [Number(process.argv[1]), process.argv[2]]
  const server = createServer((socket) => socket.on('error', () => {}).on('data', () => {}))
  server.listen(0, '127.0.0.1', () => {
    const motor = tcpSession('tcp://127.0.0.1:' + server.address().port, { report: () => {} }).sink()
    const rig = device({
      spec: { name: 'Rig', action: { size: 1, low: [-1], high: [1], names: ['motor'], units: ['1'] } },
      observe: observe({ a: interval(5) }, { a: {} }),
      act: async () => {
        await motor.send(1)
        if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
      },
      stop: () => motor.send(0),
      schedule: realtime({ cycle: 10 }),
    })
    const end = {
      close: () => motor.close(),
      stopFirst: async () => {
        await rig.stop()
        await motor.close()
      },
    }
    rig.timeSteps.pipe(tap(({ index }) => rig.act([0], index, { action: [0] })), take(3)).subscribe({
      complete: async () => {
        await end[ending]()
        console.log('closed')
        server.close()
        setTimeout(() => process.exit(), 300)
      },
    })
  })
`
const program = buildSync({
  stdin: { contents: source, resolveDir: here, loader: 'ts' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  write: false,
  logLevel: 'silent',
}).outputFiles[0].text

test.each([
  ['no command is under way', 0],
  ['a command is under way, after which the device is stopped once more', 100],
])('while %s: one line, and no stack trace', (_name, delay) => {
  const words = ['--input-type=module', '-e', program, String(delay)]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...words, 'close'], { cwd: here, encoding: 'utf8' })
  expect(stderr).toMatch(
    /^device: stop failed: tcpSession tcp:\/\/127\.0\.0\.1:\d+: closed; the world may not be at rest\n$/,
  )
  expect([status, stdout]).toEqual([0, 'closed\n'])
  // In the right order there is nothing to report.
  const ordered = spawnSync(process.execPath, [...words, 'stopFirst'], { cwd: here, encoding: 'utf8' })
  expect([ordered.status, ordered.stdout, ordered.stderr]).toEqual([0, 'closed\n', ''])
})
