/** A benchmark as the command says it. */
import type { BenchProgress } from '../runs/bench/bench.js'
import type { BenchReport } from '../runs/bench/report.js'
import { count } from './numberText.js'
import { table } from './table.js'

type Spread = BenchReport['simulator'][number]['spread']['stepsPerSecond']

/** What was measured last, and how much is left, on one line. */
export const benchLine = ({ measured, total, what }: BenchProgress): string => `${measured}/${total} measured, ${what}`

const fixed = (value: number): string => value.toFixed(Math.abs(value) < 99.95 ? 1 : 0)
const ranged = (value: number, { least, greatest }: Spread): string =>
  `${fixed(value)} (${fixed(least)} to ${fixed(greatest)})`
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

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

/** Rows under a head, or nothing where nothing was measured. */
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
        ranged(row.stepsPerSecond, spread.stepsPerSecond),
        ranged(row.microsecondsOverLoop, spread.microsecondsOverLoop),
        ranged(row.percentOverLoop, spread.percentOverLoop),
        `${count(row.allocatedBytesPerStep)} (${count(row.loopAllocatedBytesPerStep)})`,
        megabytes(residentBytes),
      ]),
    ),
    ...section(
      ['Simulator', 'Steps a second'],
      simulator.map(({ task, stepsPerSecond, spread }) => [task, ranged(stepsPerSecond, spread.stepsPerSecond)]),
    ),
    ...section(
      ['Kernel', 'Shape', 'GFLOP/s', '% of registers alone'],
      kernels.map(({ kernel, shape, gigaflops, percentOfRegisters, spread }) => [
        kernel,
        shape,
        ranged(gigaflops, spread.gigaflops),
        ranged(percentOfRegisters, spread.percentOfRegisters),
      ]),
    ),
    ...section(
      ['Learner', 'Engine', 'Sample and update, us', 'State', 'Allocated, bytes'],
      learner.map(({ shapes, engine, microsecondsPerUpdate, stateBytes, allocatedBytesPerUpdate, spread }) => [
        shapes,
        engine,
        ranged(microsecondsPerUpdate, spread.microsecondsPerUpdate),
        megabytes(stateBytes),
        count(allocatedBytesPerUpdate),
      ]),
    ),
    ...section(
      ['Absent engine', 'Reason'],
      absent.map(({ engine, reason }) => [engine, reason]),
    ),
  ].join('\n\n')
