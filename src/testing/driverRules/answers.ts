/** Rules on how a driver takes answers. */
import { demand, type RuleCheck, type DriverRun, simply, thrown } from './driverRun.js'
import { twice } from './longRuns.js'

/** An attempt to answer a step with what it may not be answered with: refused, and both steps named. */
const demandRefusal = ({ driver, command }: DriverRun, given: number, awaited: number): void => {
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
export const answerRules: Readonly<Record<string, RuleCheck>> = {
  'waits for its answer': async (run) => {
    const { steps } = await run.play(2)
    await run.idle()
    demand(steps.length === 3, 'no step before the last one is answered', `${steps.length - 3} more`)
  },

  'is woken by an answer that comes late': async (run) => {
    const subscriber = await run.play(1)
    await run.idle()
    const { length } = subscriber.steps
    run.answer(subscriber, simply(subscriber.steps[length - 1]))
    await run.until('a step after a late answer', () => subscriber.steps.length > length)
  },

  'emits nothing from within an answer': async (run) => {
    for (const reply of ['act', 'begin'] as const) {
      const subscriber = await run.play(0)
      const { length } = subscriber.steps
      run.answer(subscriber, reply)
      demand(subscriber.steps.length === length, `no step before ${reply} returns`, 'one')
      subscriber.leave()
    }
  },

  'refuses a second answer, naming its step and the next one': async (run) => {
    let breach: unknown
    const { steps } = run.watch((step, subscriber) => {
      if (subscriber.steps.length > 3) return 'wait'
      if (subscriber.steps.length < 3) return simply(step)
      run.answer(subscriber, simply(step))
      breach = thrown(() => demandRefusal(run, step.index, step.index + 1))
      return 'wait'
    })
    await run.until('the step after a second answer', () => steps.length > 3)
    if (breach !== undefined) throw breach
  },

  'refuses a stale answer, naming its step and the one that waits': async (run) => {
    const subscriber = await run.play(2)
    const { index } = subscriber.steps[2]
    demandRefusal(run, index - 1, index)
    subscriber.leave()
    const [earlier, later] = await twice(run)
    demandRefusal(run, earlier.steps[2].index, later.steps[0].index)
  },

  'refuses an answer while nobody is subscribed': async (run) => {
    const { driver, command } = run
    const refused = (index: number): void => {
      const refusal = thrown(() => driver.act(command, index, { action: command }))
      demand(refusal instanceof Error, `act(${index}) to throw an error`, refusal ?? 'no error')
    }
    refused(0)
    const subscriber = await run.play(1)
    subscriber.leave()
    refused(subscriber.steps[1].index)
  },
}
