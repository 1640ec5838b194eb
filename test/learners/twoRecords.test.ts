/** What a sample and an update of a streaming learner allocate: their two records. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'

vi.setConfig({ testTimeout: 120_000 })

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

test('a step allocates its two records and the transition, and no array beside them', () => {
  const words = [pathOf('twoRecords.mjs'), pathOf('../../dist')]
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  expect(stderr).toBe('')
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(3)
  for (const line of lines) {
    const [step, records] = line.split(' ').slice(-2).map(Number)
    // The least array takes some 200 bytes, a number on the heap 16; the engine chooses anew which numbers it puts there.
    expect(step - records, line).toBeLessThan(150)
    expect(step - records, line).toBeGreaterThan(-150)
  }
})
