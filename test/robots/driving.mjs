/** A program that drives a robot until it ends in the way of its second word. */
import { create2, stopOnExit } from 'rivulet'

const [port, ending] = process.argv.slice(2)
const robot = create2({ port, report: () => {} })
const release = stopOnExit({ stop: () => robot.close() })
const beat = setInterval(() => void robot.drive(100, 100).catch(() => false), 50)

robot.frames.subscribe()
robot.packet('requestedLeftVelocity').subscribe((speed) => {
  if (speed === 100) process.stdout.write('moving\n')
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
  block: () => {
    for (;;);
  },
}
process.stdin.on('data', () => end[ending]?.())
