/** A simulated arm without a connection, on a virtual clock: its hours pass in minutes. */
import { type SchedulerLike, Subject } from 'rxjs'
import { cell } from '../../src/cell.js'
import { emptyLinkCounts } from '../../src/links/linkCounts.js'
import type { Sink } from '../../src/links/sink.js'
import { armMotion } from '../../src/robots/ur/motion.js'
import { sampleOfOutputs, sampleOutputs, type Ur5Sample } from '../../src/robots/ur/sample.js'
import type { OutputValues } from '../../src/robots/ur/rtdeFields.js'
import type { DrivenUr5 } from '../../src/robots/ur/urReacher.js'
import { urReacher2 } from '../../src/robots/ur/reacherSetup.js'
import { armGeometries } from '../../src/robots/ur/kinematics.js'
import { openArmBody } from '../../src/robots/armSimulator/armBody.js'
import { simulatedArm } from '../../src/robots/armSimulator/simulatedArm.js'
import { simulatedController } from '../../src/robots/urSimulator/controller.js'
import { ur5Model } from '../../src/robots/urSimulator/ur5Model.js'

/** The driver's own commands on a simulated controller, and `tick`, with which 8 ms pass for it. */
export const fastArm = async (scheduler: SchedulerLike) => {
  const body = await openArmBody(ur5Model())
  const controller = simulatedController(simulatedArm(body, urReacher2.reference), armGeometries.ur5, 1000)
  const link = cell({ ...emptyLinkCounts, connected: true })
  const sink: Sink<string> = {
    link,
    send: async (line) => {
      controller.script(line)
      return true
    },
    close: async () => undefined,
  }
  const arm = armMotion({
    motion: sink,
    stops: sink,
    scheduler,
    report: () => undefined,
    held: () => null,
    senses: () => true,
    acceleration: 1.4,
    deceleration: 3,
    expiry: 100,
    staleAfter: 500,
    readOnly: false,
  })
  const samples = new Subject<Ur5Sample>()
  let sample: Ur5Sample | null = null
  const robot: DrivenUr5 = {
    samples,
    speed: arm.speed,
    approach: arm.approach,
    stop: arm.stop,
    unlock: async () => undefined,
    status: () => ({
      connected: true,
      sample,
      held: null,
      samples: 0,
      skipped: 0,
      longestGap: 8,
      controller: null,
      faults: {},
    }),
  }
  return {
    robot,
    controller,
    close: body.close,
    tick: (): void => {
      controller.tick(0.008)
      const values = Object.fromEntries(sampleOutputs.map((name) => [name, controller.output(name)]))
      sample = sampleOfOutputs(values as OutputValues)
      arm.sampled(sample)
      samples.next(sample)
    },
  }
}
