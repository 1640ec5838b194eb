/** Rules on how a driver takes answers. */
import { demand, type Scene, type Stage, simply, thrown } from './stage.js'
import { twice } from './scenes.js'

/** An attempt to answer a step with what it may not be answered with: refused, and both steps named. */
const demandRefusal = ({ driver, command }: Stage, given: number, awaited: number): void => {
  const attempts = {
    act: () => driver.act(command, given, { action: command }),
    begin: () => driver.begin(given),
  }
  for (const [call, attempt] of Object.entries(attempts)) {
    const refusal = thrown(attempt)
    const kept =
      refusal instanceof Error &&
      [given, awaited].every((index) => refusal.message.match(/\d+/g)?.includes(String(index)))
    demand(kept, `${call}(${given}) to throw an error that names steps ${given} and ${awaited}`, refusal ?? 'no error')
  }
}

/** Rules on how a driver takes answers, by name. */
export const answerRules: Readonly<Record<string, Scene>> = {
  'waits for its answer': async (stage) => {
    const { steps } = await stage.play(2)
    await stage.idle()
    demand(steps.length === 3, 'no step before the last one is answered', `${steps.length - 3} more`)
  },

  'is woken by an answer that comes late': async (stage) => {
    const seat = await stage.play(1)
    await stage.idle()
    const { length } = seat.steps
    stage.answer(seat, simply(seat.steps[length - 1]))
    await stage.until('a step after a late answer', () => seat.steps.length > length)
  },

  'emits nothing from within an answer': async (stage) => {
    for (const reply of ['act', 'begin'] as const) {
      const seat = await stage.play(0)
      const { length } = seat.steps
      stage.answer(seat, reply)
      demand(seat.steps.length === length, `no step before ${reply} returns`, 'one')
      seat.leave()
    }
  },

  'refuses a second answer, naming its step and the next one': async (stage) => {
    let breach: unknown
    const { steps } = stage.watch((step, seat) => {
      if (seat.steps.length > 3) return 'wait'
      if (seat.steps.length < 3) return simply(step)
      stage.answer(seat, simply(step))
      breach = thrown(() => demandRefusal(stage, step.index, step.index + 1))
      return 'wait'
    })
    await stage.until('the step after a second answer', () => steps.length > 3)
    if (breach !== undefined) throw breach
  },

  'refuses a stale answer, naming its step and the one that waits': async (stage) => {
    const seat = await stage.play(2)
    const { index } = seat.steps[2]
    demandRefusal(stage, index - 1, index)
    seat.leave()
    const [earlier, later] = await twice(stage)
    demandRefusal(stage, earlier.steps[2].index, later.steps[0].index)
  },

  'refuses an answer while nobody is subscribed': async (stage) => {
    const { driver, command } = stage
    const refused = (index: number): void => {
      const refusal = thrown(() => driver.act(command, index, { action: command }))
      demand(refusal instanceof Error, `act(${index}) to throw an error`, refusal ?? 'no error')
    }
    refused(0)
    const seat = await stage.play(1)
    seat.leave()
    refused(seat.steps[1].index)
  },
}
