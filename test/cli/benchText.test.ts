import { expect, it } from 'vitest'
import { benchLine, benchText } from '../../src/cli/benchText.js'
import type { BenchReport } from '../../src/runs/bench/report.js'

const spread = { least: 90, greatest: 1234.5, runs: 3 }
const report: BenchReport = {
  machine: {
    processor: 'A Processor',
    cores: 2,
    platform: 'linux',
    architecture: 'x64',
    node: 'v20.0.0',
    commit: 'abcdef0',
    date: '2026-11-24T01:02:03.000Z',
  },
  absent: [{ engine: 'tfjs tensorflow', reason: 'it is not installed' }],
  learner: [
    {
      shapes: 'Hopper',
      engine: 'webassembly',
      microsecondsPerUpdate: 99.96,
      stateBytes: 1_123_456,
      allocatedBytesPerUpdate: 640.4,
      spread: { microsecondsPerUpdate: spread, allocatedBytesPerUpdate: spread },
    },
  ],
  algorithms: [
    {
      algorithm: 'avg',
      shapes: 'Hopper',
      engine: 'fused, webassembly',
      microsecondsPerStep: 100,
      operationsPerStep: 2_104_080.4,
      stepsBeforeLearning: 0,
      stepsPerUpdate: 1,
      stateBytes: 1_123_456,
      bufferBytes: 3_100_000_000,
      residentBytes: 75_000_000,
      spread: { microsecondsPerStep: spread },
    },
    {
      algorithm: 'other',
      shapes: 'Humanoid',
      engine: 'tfjs',
      microsecondsPerStep: 5,
      operationsPerStep: null,
      stepsBeforeLearning: 0,
      stepsPerUpdate: 1,
      stateBytes: 0,
      bufferBytes: 0,
      residentBytes: 1e8,
      spread: { microsecondsPerStep: spread },
    },
  ],
  cycle: [
    {
      algorithm: 'avg',
      shapes: 'Hopper',
      engine: 'fused, webassembly',
      cycleMilliseconds: 0.21,
      spinMilliseconds: 0.209999,
      seconds: 60,
      beats: 285_714,
      misses: 1,
      keptPercent: 99.99965,
      lateness: { p50: 0.0012, p99: 0.02, max: 0.4567 },
      stepMilliseconds: { p50: 0.131, p999: 0.2, max: 1.5 },
      notKept: { cycleMilliseconds: 0.2, keptPercent: 98.765 },
      limit: 'agent',
    },
  ],
  simulator: [
    { task: 'Pendulum-v1', stepsPerSecond: 800000, spread: { stepsPerSecond: spread }, bare: null },
    {
      task: 'Hopper-v4',
      stepsPerSecond: 2900,
      spread: { stepsPerSecond: spread },
      bare: { stepsPerSecond: 3000, percent: 96.7, spread: { stepsPerSecond: spread, percent: spread } },
    },
  ],
  kernels: [
    {
      kernel: 'denseRows',
      shape: '256 x 256 x 256',
      gigaflops: 40.04,
      percentOfRegisters: 75.5,
      spread: {
        gigaflops: { least: 38, greatest: 41, runs: 3 },
        percentOfRegisters: { least: 70, greatest: 80, runs: 3 },
      },
    },
  ],
  pipeline: [
    {
      task: 'Hopper-v4',
      engine: 'webassembly',
      stepsPerSecond: 2345.6,
      loopStepsPerSecond: 2400,
      microsecondsOverLoop: -2.25,
      percentOverLoop: 0.5,
      allocatedBytesPerStep: 2999.7,
      loopAllocatedBytesPerStep: 1000,
      residentBytes: 151_000_000,
      spread: {
        stepsPerSecond: spread,
        loopStepsPerSecond: spread,
        microsecondsOverLoop: { least: -3, greatest: 4.25, runs: 3 },
        percentOverLoop: { least: -1, greatest: 2, runs: 3 },
        allocatedBytesPerStep: spread,
        loopAllocatedBytesPerStep: spread,
      },
    },
  ],
}

it('a report is its machine and a table for each part that was measured', () => {
  expect(benchText(report)).toBe(
    [
      'A Processor, 2 cores, linux x64, Node v20.0.0, abcdef0, 2026-11-24',
      '',
      'Agent      Engine       Steps a second       Over a plain loop, us a step  %                  Allocated, bytes a step (loop)  Process',
      'Hopper-v4  webassembly  2346 (90.0 to 1235)  -2.3 (-3.0 to 4.3)            0.5 (-1.0 to 2.0)  3,000 (1,000)                   151.0 MB',
      '',
      'Simulator    Steps a second         Physics alone        % of them',
      'Pendulum-v1  800000 (90.0 to 1235)  none',
      'Hopper-v4    2900 (90.0 to 1235)    3000 (90.0 to 1235)  96.7 (90.0 to 1235)',
      '',
      'Kernel     Shape            GFLOP/s              % of registers alone',
      'denseRows  256 x 256 x 256  40.0 (38.0 to 41.0)  75.5 (70.0 to 80.0)',
      '',
      'Learner  Engine       Sample and update, us  State   Allocated, bytes',
      'Hopper   webassembly  100 (90.0 to 1235)     1.1 MB  640',
      '',
      'Algorithm  Shapes    Engine              Sample and update, us  Operations   GFLOP/s  State   Buffer     Process',
      'avg        Hopper    fused, webassembly  100 (90.0 to 1235)     2,104,080    21.0     1.1 MB  3100.0 MB  75.0 MB',
      'other      Humanoid  tfjs                5.0 (90.0 to 1235)     not counted           0.0 MB  0.0 MB     100.0 MB',
      '',
      'avg (fused, webassembly) at the shapes of Hopper keeps a cycle of 0.21 ms: 100.00 % of 285,714 beats in 1 min 0 s, 1 missed.',
      'Steps came 0.0012 ms late in the median; 99 % came at most 0.02 ms late, the latest 0.457 ms.',
      'One sample and one update took 0.131 ms in the median; 99.9 % took at most 0.2 ms, the longest 1.5 ms.',
      'A cycle of 0.2 ms was kept at 98.77 % only, because of steps of the agent that took longer.',
      'In a program: realtime({ cycle: 0.21, spin: 0.209999 })',
      '',
      'Absent engine    Reason',
      'tfjs tensorflow  it is not installed',
    ].join('\n'),
  )
})

it('a cycle that nothing shorter stood beside, or that the machine limits, is explained', () => {
  const textOf = (changed: Partial<BenchReport['cycle'][number]>): string =>
    benchText({ ...report, cycle: [{ ...report.cycle[0], ...changed }] })
  expect(textOf({ notKept: null })).toContain(
    '\nAll cycles that were tried were kept; none is tried that is shorter than a step.\n',
  )
  expect(textOf({ limit: 'machine' })).toContain(
    'at 98.77 % only, because of pauses of the process beside the steps of the agent.\n',
  )
})

it('a line of progress names the count and the last measurement', () => {
  expect(benchLine({ measured: 3, total: 24, what: 'simulator: Hopper-v4', report })).toBe(
    '3/24 measured, simulator: Hopper-v4',
  )
})
