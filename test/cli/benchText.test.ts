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
  simulator: [],
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
      'Kernel     Shape            GFLOP/s              % of registers alone',
      'denseRows  256 x 256 x 256  40.0 (38.0 to 41.0)  75.5 (70.0 to 80.0)',
      '',
      'Learner  Engine       Sample and update, us  State   Allocated, bytes',
      'Hopper   webassembly  100 (90.0 to 1235)     1.1 MB  640',
      '',
      'Absent engine    Reason',
      'tfjs tensorflow  it is not installed',
    ].join('\n'),
  )
})

it('a line of progress names the count and the last measurement', () => {
  expect(benchLine({ measured: 3, total: 24, what: 'simulator: Hopper-v4', report })).toBe(
    '3/24 measured, simulator: Hopper-v4',
  )
})
