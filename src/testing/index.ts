/** The test kit, `rivulet/testing`: the one barrel beside `src/index.ts` and `operators/index.ts`, since the exports map names one file. */
export { type Rule } from './rule.js'
export { driverSuite, type DriverSuiteOptions } from './driverSuite.js'
export { type MakeDriver } from './driverRules/driverRun.js'
export { simulatorSuite, type SimulatorSuiteOptions } from './simulatorSuite.js'
export { type MakeSimulator } from './simulatorRules/simulatorRun.js'
export { operatorSuite } from './operatorSuite.js'
export { type Operator, type OperatorSuiteOptions } from './operatorRun.js'
export { play, type Playable, type Played, type PlayOptions } from './play.js'
export {
  expectTransitions,
  type ExpectedTransition,
  type PairedStep,
  type TransitionsExpectation,
} from './expectTransitions.js'
export { scriptedError, timeSteps, type Timed } from './marbles.js'
export { difference } from './difference.js'
export { lineUp } from './lineUp.js'
export { diagramText, type Diagram, type Lane, type Note } from './diagram.js'
export { marbleSvg } from './marbleSvg.js'
export { scriptedSimulator, type ScriptOptions } from './scriptedSimulator.js'
export {
  scriptedLearner,
  type LearnerCall,
  type LearnerScript,
  type ScriptedAction,
  type ScriptedLearner,
} from './scriptedLearner.js'
export { virtualClock, type VirtualClock } from './virtualClock.js'
