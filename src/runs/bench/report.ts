/** The report of a benchmark: its codec, and the machine that it ran on. */
import { cpus } from 'node:os'
import * as t from 'io-ts'
import {
  closed,
  finiteNumber,
  nonNegativeInteger,
  oneOf,
  positiveInteger,
  positiveNumber,
  text,
} from '../../edge/codecs.js'
import { nullOr } from '../../state/codecs.js'
import { rivuletCommit, rivuletVersion } from '../versions.js'

/** The parts of a benchmark, in their order: TensorFlow.js comes last, since its memory would otherwise count in every part. */
export const benchParts = ['pipeline', 'simulator', 'kernels', 'learner'] as const

/** One part of a benchmark. */
export type BenchPart = (typeof benchParts)[number]

/** Further measurements, each with an option of its own; they take minutes and are made when they are asked for. */
export const extraParts = ['algorithms', 'cycle', 'tasks'] as const

/** One of the further measurements. */
export type ExtraPart = (typeof extraParts)[number]

/** The names of the shapes that learners are measured at. */
export const shapesNames = ['Hopper', 'HalfCheetah', 'Humanoid'] as const

/** The name of some shapes. */
export type ShapesName = (typeof shapesNames)[number]

const spread = closed({ least: finiteNumber, greatest: finiteNumber, runs: positiveInteger })

/** The codec of a benchmark's report; every figure is a median, with its range and the number of its runs in `spread`. */
export const benchReport = closed({
  machine: closed({
    processor: text,
    cores: positiveInteger,
    platform: text,
    architecture: text,
    node: text,
    /** The commit of a checkout, with `-dirty` where it was changed; for an installed package its version. */
    commit: text,
    date: text,
  }),
  /** Engines that could not be measured, with the reason. */
  absent: t.readonlyArray(closed({ engine: text, reason: text })),
  learner: t.readonlyArray(
    closed({
      shapes: text,
      engine: text,
      microsecondsPerUpdate: positiveNumber,
      stateBytes: positiveInteger,
      allocatedBytesPerUpdate: finiteNumber,
      spread: closed({ microsecondsPerUpdate: spread, allocatedBytesPerUpdate: spread }),
    }),
  ),
  /** A step of each algorithm, one sample and one update, with its defaults. */
  algorithms: t.readonlyArray(
    closed({
      algorithm: text,
      shapes: text,
      /** Its default engine, and the home of its kernels where it has one. */
      engine: text,
      microsecondsPerStep: positiveNumber,
      /** Floating-point operations, counted from the kernels that ran; null where none of ours ran. */
      operationsPerStep: nullOr(finiteNumber),
      /** Steps until the weights moved for the first time, and steps from one move to the next. */
      stepsBeforeLearning: nonNegativeInteger,
      stepsPerUpdate: positiveInteger,
      stateBytes: nonNegativeInteger,
      /** Of a replay buffer or a rollout, as the defaults have it. */
      bufferBytes: nonNegativeInteger,
      /** Of the process at the end of the measurement; a buffer is resident as far as it was filled. */
      residentBytes: nonNegativeInteger,
      spread: closed({ microsecondsPerStep: spread }),
    }),
  ),
  /** The shortest cycle in real time that an agent keeps, with one sample and one update a beat; no row where none was found. */
  cycle: t.readonlyArray(
    closed({
      algorithm: text,
      shapes: text,
      engine: text,
      cycleMilliseconds: positiveNumber,
      /** Milliseconds before each deadline in which the clock was read continually, as `realtime` takes them. */
      spinMilliseconds: positiveNumber,
      seconds: positiveNumber,
      beats: positiveInteger,
      misses: nonNegativeInteger,
      keptPercent: finiteNumber,
      /** Of the beats that had a step. */
      lateness: closed({ p50: finiteNumber, p99: finiteNumber, max: finiteNumber }),
      /** Of the agent in a beat: what one sample and one update took. */
      stepMilliseconds: closed({ p50: finiteNumber, p999: finiteNumber, max: finiteNumber }),
      /** The longest of the shorter cycles that were tried and not kept; null where the search met none. */
      notKept: nullOr(closed({ cycleMilliseconds: positiveNumber, keptPercent: finiteNumber })),
      /** What missed most beats of that cycle: steps of the agent that were longer than it, or the machine beside them. */
      limit: oneOf(['agent', 'machine']),
    }),
  ),
  simulator: t.readonlyArray(
    closed({
      task: text,
      stepsPerSecond: positiveNumber,
      spread: closed({ stepsPerSecond: spread }),
      /** The physics of the task alone, by MuJoCo, and the pace of its simulator in percent of them; null for a task without MuJoCo. */
      bare: nullOr(
        closed({
          stepsPerSecond: positiveNumber,
          percent: positiveNumber,
          spread: closed({ stepsPerSecond: spread, percent: spread }),
        }),
      ),
    }),
  ),
  /** The fastest loop on registers, and products of matrices. */
  kernels: t.readonlyArray(
    closed({
      kernel: text,
      /** Rows, inputs and outputs of a product; for the loop the number of its vectors. */
      shape: text,
      gigaflops: positiveNumber,
      /** The pace, in percent of that of the loop on registers. */
      percentOfRegisters: positiveNumber,
      spread: closed({ gigaflops: spread, percentOfRegisters: spread }),
    }),
  ),
  pipeline: t.readonlyArray(
    closed({
      task: text,
      /** The learner's engine; `none` without a learner. */
      engine: text,
      stepsPerSecond: positiveNumber,
      loopStepsPerSecond: positiveNumber,
      microsecondsOverLoop: finiteNumber,
      percentOverLoop: finiteNumber,
      allocatedBytesPerStep: finiteNumber,
      loopAllocatedBytesPerStep: finiteNumber,
      residentBytes: nonNegativeInteger,
      spread: closed({
        stepsPerSecond: spread,
        loopStepsPerSecond: spread,
        microsecondsOverLoop: spread,
        percentOverLoop: spread,
        allocatedBytesPerStep: spread,
        loopAllocatedBytesPerStep: spread,
      }),
    }),
  ),
})

/** A benchmark's report. */
export type BenchReport = t.TypeOf<typeof benchReport>

/** The machine, Node and commit of this process, at a moment. */
export const machineAt = (moment: Date): BenchReport['machine'] => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  platform: process.platform,
  architecture: process.arch,
  node: process.version,
  commit: rivuletCommit() ?? `rivulet ${rivuletVersion()}`,
  date: moment.toISOString(),
})
