/** A program that turns the joints of an arm until it ends in the way of its last word. */
import { stopOnExit, ur5 } from 'rivulet'

const [rtde, realtime, dashboard, transport, ending] = process.argv.slice(2)
const ports = { rtde: Number(rtde), realtime: Number(realtime), dashboard: Number(dashboard) }
const robot = ur5({ host: '127.0.0.1', ports, transport, report: () => {} })
const release = stopOnExit({ stop: () => robot.close() })
const speeds = [0, 0.3, -0.3, 0, 0, 0]
const beat = setInterval(() => void robot.speed(speeds).catch(() => false), 40)

robot.samples.subscribe(({ qd }) => {
  if (qd[1] > 0.29) process.stdout.write('moving\n')
})
const end = {
  completion: async () => {
    clearInterval(beat)
    release()
    process.stdout.write(`closed ${await robot.close()}\n`)
  },
  exception: () => {
    throw new Error('a mistake of the program')
  },
  rejection: () => void Promise.reject(new Error('a mistake of the program')),
  exit: () => process.exit(3),
  silence: () => clearInterval(beat),
  block: () => {
    for (;;);
  },
}
process.stdin.on('data', () => end[ending]?.())
