/** Rules on how a driver handles answers. */
import { assertRule, thrown } from '../assertRule.js'
import { type RuleCheck, type DriverRun, simplestReply } from './driverRun.js'
import { twoSubscriptions } from './longRuns.js'

/** Answers a wrong step, and checks that the driver refuses the answer with an error that names both steps. */
const assertRefused = ({ driver, command }: DriverRun, given: number, awaited: number): void => {
  const attempts = {
    act: () => driver.act(command, given, { action: command }),
    begin: () => driver.begin(given),
  }
  for (const [call, attempt] of Object.entries(attempts)) {
    const refusal = thrown(attempt)
    const kept =
      refusal instanceof Error &&
      [given, awaited].every((index) => refusal.message.match(/\d+/g)?.includes(String(index)))
    assertRule(
      kept,
      `${call}(${given}) to throw an error that names steps ${given} and ${awaited}`,
      refusal ?? 'no error',
    )
  }
}

/** Rules on how a driver handles answers, by name. */
export const answerRules: Readonly<Record<string, RuleCheck>> = {
  'waits for the answer to each step': async (run) => {
    const { steps } = await run.playUntil(2)
    await run.idle()
    assertRule(steps.length === 3, 'no step before the last one is answered', `${steps.length - 3} more`)
  },

  'goes on after a late answer': async (run) => {
    const subscriber = await run.playUntil(1)
    await run.idle()
    const { length } = subscriber.steps
    run.answer(subscriber, simplestReply(subscriber.steps[length - 1]))
    await run.until('a step after a late answer', () => subscriber.steps.length > length)
  },

  'emits nothing within a call of act or begin': async (run) => {
    for (const reply of ['act', 'begin'] as const) {
      const subscriber = await run.playUntil(0)
      const { length } = subscriber.steps
      run.answer(subscriber, reply)
      assertRule(subscriber.steps.length === length, `no step before ${reply} returns`, 'one')
      subscriber.unsubscribe()
    }
  },

  'refuses a second answer, naming its step and the next one': async (run) => {
    let failure: unknown
    const { steps } = run.subscribe((step, subscriber) => {
      if (subscriber.steps.length > 3) return 'wait'
      if (subscriber.steps.length < 3) return simplestReply(step)
      run.answer(subscriber, simplestReply(step))
      failure = thrown(() => assertRefused(run, step.index, step.index + 1))
      return 'wait'
    })
    await run.until('the step after a second answer', () => steps.length > 3)
    if (failure !== undefined) throw failure
  },

  'refuses a stale answer, naming its step and the one that waits': async (run) => {
    const subscriber = await run.playUntil(2)
    const { index } = subscriber.steps[2]
    assertRefused(run, index - 1, index)
    subscriber.unsubscribe()
    const [earlier, later] = await twoSubscriptions(run)
    assertRefused(run, earlier.steps[2].index, later.steps[0].index)
  },

  'refuses an answer without a subscriber': async (run) => {
    const { driver, command } = run
    const refused = (index: number): void => {
      const refusal = thrown(() => driver.act(command, index, { action: command }))
      assertRule(refusal instanceof Error, `act(${index}) to throw an error`, refusal ?? 'no error')
    }
    refused(0)
    const subscriber = await run.playUntil(1)
    subscriber.unsubscribe()
    refused(subscriber.steps[1].index)
  },
}
