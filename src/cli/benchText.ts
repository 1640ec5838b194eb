/** The text of a benchmark's report. */
import type { BenchProgress } from '../runs/bench/bench.js'
import type { BenchReport } from '../runs/bench/report.js'
import { countText } from './numberText.js'
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

/** A report as tables: medians, and the least and greatest of each figure behind them. */
export const benchText = ({ machine, absent, learner, kernels, simulator, pipeline }: BenchReport): string =>
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
      ['Simulator', 'Steps a second'],
      simulator.map(({ task, stepsPerSecond, spread }) => [task, rangeText(stepsPerSecond, spread.stepsPerSecond)]),
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
      ['Absent engine', 'Reason'],
      absent.map(({ engine, reason }) => [engine, reason]),
    ),
  ].join('\n\n')
