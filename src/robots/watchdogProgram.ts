/** The program of the watchdog: a process of its own, so that it outlives the process that it watches. */

/**
 * The text of the program, for `node -e`. Words: the path of the port, milliseconds, and the bytes to halt and to end with, joined by commas.
 *
 * It opens the port a second time, and reads bytes from its standard input: `m` the robot moves, `h` it was halted, `o` the port was
 * opened anew, `q` end without a word. If `m` is not repeated within the milliseconds, it halts the robot. If the input ends without `q`,
 * the process that it watched is gone: it ends the robot, for which it opens the port again where that has to be, for ten seconds at most.
 * It writes `r` if the port is open, `x` if it cannot be opened, and `s` when it has halted the robot.
 */
export const watchdogProgram = `
const fs = require('node:fs')
const [path, latch, halt, end] = process.argv.slice(1)
const bytesOf = (text) => Uint8Array.from(text.split(','), Number)
const flags = fs.constants.O_WRONLY | fs.constants.O_NOCTTY | fs.constants.O_NONBLOCK
let [fd, timer, over] = [null, null, false]
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGXCPU']) process.on(signal, () => {})
process.stdout.on('error', () => {})
const close = () => {
  if (fd !== null) try { fs.closeSync(fd) } catch {}
  fd = null
}
const open = () => {
  close()
  try { fd = fs.openSync(path, flags) } catch {}
  return fd !== null
}
const write = (bytes, tries, then) => {
  let written = 0
  const attempt = () => {
    try {
      if (fd === null && !open()) throw new Error('closed')
      written += fs.writeSync(fd, bytes, written)
    } catch (error) {
      if (error.code !== 'EAGAIN') close()
    }
    if (written >= bytes.length) return then(true)
    tries -= 1
    if (tries > 0) setTimeout(attempt, 20)
    else then(false)
  }
  attempt()
}
const ended = () => {
  if (over) return
  over = true
  clearTimeout(timer)
  write(bytesOf(end), 500, () => process.exit(0))
}
const stalled = () => write(bytesOf(halt), 50, () => process.stdout.write('s'))
process.stdin.on('data', (data) => {
  for (const byte of String(data)) {
    if (byte === 'q') process.exit(0)
    if (byte === 'o') process.stdout.write(open() ? 'r' : 'x')
    if (byte === 'm' || byte === 'h') clearTimeout(timer)
    if (byte === 'm') timer = setTimeout(stalled, Number(latch))
  }
})
process.stdin.on('end', ended)
process.stdin.on('error', ended)
`
