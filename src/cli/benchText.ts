/** The text of a benchmark's report. */
import type { BenchProgress } from '../runs/bench/measurements.js'
import type { BenchReport } from '../runs/bench/report.js'
import { countText, durationText } from './numberText.js'
import { table } from './table.js'

type Spread = BenchReport['simulator'][number]['spread']['stepsPerSecond']

/** What was measured last, and how much is left, on one line. */
export const benchLine = ({ measured, total, what }: BenchProgress): string => `${measured}/${total} measured, ${what}`

const decimalsText = (value: number): string => value.toFixed(Math.abs(value) < 99.95 ? 1 : 0)
const rangeText = (value: number, { least, greatest }: Spread): string =>
  `${decimalsText(value)} (${decimalsText(least)} to ${decimalsText(greatest)})`
const megabytesText = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

const machineLine = ({
  processor,
  cores,
  platform,
  architecture,
  node,
  commit,
  date,
}: BenchReport['machine']): string =>
  `${processor}, ${cores} cores, ${platform} ${architecture}, Node ${node}, ${commit}, ${date.slice(0, 10)}`

/** Rows under a head; no lines if there are no rows. */
const section = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [table([head, ...rows])]

const threeDigits = (value: number): number => Number(value.toPrecision(3))
const millisecondsText = (value: number): string => `${threeDigits(value)} ms`
const percentText = (value: number): string => `${value.toFixed(2)} %`

/** What limits a cycle, in words. */
const limits: Readonly<Record<BenchReport['cycle'][number]['limit'], string>> = {
  agent: 'steps of the agent that took longer',
  machine: 'pauses of the process beside the steps of the agent',
}

/** The shortest cycle in a few lines: what it is, how late its beats were, and why it is no shorter. */
const cycleText = (found: BenchReport['cycle'][number]): string => {
  const { algorithm, shapes, engine, seconds, beats, misses, lateness, stepMilliseconds: step, notKept, limit } = found
  const { cycleMilliseconds: cycle, spinMilliseconds: spin, keptPercent } = found
  return [
    `${algorithm} (${engine}) at the shapes of ${shapes} keeps a cycle of ${millisecondsText(cycle)}: ` +
      `${percentText(keptPercent)} of ${countText(beats)} beats in ${durationText(seconds)}, ${countText(misses)} missed.`,
    `Steps came ${millisecondsText(lateness.p50)} late in the median; 99 % came at most ${millisecondsText(lateness.p99)} late, ` +
      `the latest ${millisecondsText(lateness.max)}.`,
    `One sample and one update took ${millisecondsText(step.p50)} in the median; 99.9 % took at most ` +
      `${millisecondsText(step.p999)}, the longest ${millisecondsText(step.max)}.`,
    notKept === null
      ? 'All cycles that were tried were kept; none is tried that is shorter than a step.'
      : `A cycle of ${millisecondsText(notKept.cycleMilliseconds)} was kept at ${percentText(notKept.keptPercent)} only, ` +
        `because of ${limits[limit]}.`,
    `In a program: realtime({ cycle: ${threeDigits(cycle)}, spin: ${spin} })`,
  ].join('\n')
}

/** A report as tables: medians, and the least and greatest of each figure behind them. */
export const benchText = ({
  machine,
  absent,
  learner,
  algorithms,
  cycle,
  kernels,
  simulator,
  pipeline,
}: BenchReport): string =>
  [
    machineLine(machine),
    ...section(
      [
        'Agent',
        'Engine',
        'Steps a second',
        'Over a plain loop, us a step',
        '%',
        'Allocated, bytes a step (loop)',
        'Process',
      ],
      pipeline.map(({ task, engine, spread, residentBytes, ...row }) => [
        task,
        engine,
        rangeText(row.stepsPerSecond, spread.stepsPerSecond),
        rangeText(row.microsecondsOverLoop, spread.microsecondsOverLoop),
        rangeText(row.percentOverLoop, spread.percentOverLoop),
        `${countText(row.allocatedBytesPerStep)} (${countText(row.loopAllocatedBytesPerStep)})`,
        megabytesText(residentBytes),
      ]),
    ),
    ...section(
      ['Simulator', 'Steps a second', 'Physics alone', '% of them'],
      simulator.map(({ task, stepsPerSecond, spread, bare }) => [
        task,
        rangeText(stepsPerSecond, spread.stepsPerSecond),
        bare === null ? 'none' : rangeText(bare.stepsPerSecond, bare.spread.stepsPerSecond),
        bare === null ? '' : rangeText(bare.percent, bare.spread.percent),
      ]),
    ),
    ...section(
      ['Kernel', 'Shape', 'GFLOP/s', '% of registers alone'],
      kernels.map(({ kernel, shape, gigaflops, percentOfRegisters, spread }) => [
        kernel,
        shape,
        rangeText(gigaflops, spread.gigaflops),
        rangeText(percentOfRegisters, spread.percentOfRegisters),
      ]),
    ),
    ...section(
      ['Learner', 'Engine', 'Sample and update, us', 'State', 'Allocated, bytes'],
      learner.map(({ shapes, engine, microsecondsPerUpdate, stateBytes, allocatedBytesPerUpdate, spread }) => [
        shapes,
        engine,
        rangeText(microsecondsPerUpdate, spread.microsecondsPerUpdate),
        megabytesText(stateBytes),
        countText(allocatedBytesPerUpdate),
      ]),
    ),
    ...section(
      ['Algorithm', 'Shapes', 'Engine', 'Sample and update, us', 'Operations', 'GFLOP/s', 'State', 'Buffer', 'Process'],
      algorithms.map(({ microsecondsPerStep, operationsPerStep, spread, ...row }) => [
        row.algorithm,
        row.shapes,
        row.engine,
        rangeText(microsecondsPerStep, spread.microsecondsPerStep),
        operationsPerStep === null ? 'not counted' : countText(operationsPerStep),
        operationsPerStep === null ? '' : decimalsText(operationsPerStep / microsecondsPerStep / 1000),
        megabytesText(row.stateBytes),
        megabytesText(row.bufferBytes),
        megabytesText(row.residentBytes),
      ]),
    ),
    ...cycle.map(cycleText),
    ...section(
      ['Absent engine', 'Reason'],
      absent.map(({ engine, reason }) => [engine, reason]),
    ),
  ].join('\n\n')
