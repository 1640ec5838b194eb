import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('humanoidMemory.mjs', import.meta.url))

test.each([1, 2])('a million steps at Humanoid’s shapes stay under 200 MB, and flat, on %d threads', (threads) => {
  const told = JSON.parse(
    execFileSync(process.execPath, [program, '1000000', String(threads)], {
      encoding: 'utf8',
      timeout: 3_600_000,
    }),
  )
  const megabytes = (told as number[]).map((bytes) => bytes / 1e6)
  expect(megabytes).toHaveLength(10)
  expect(Math.max(...megabytes)).toBeLessThan(200)
  // The first tenth is left out: code is compiled in it.
  expect(Math.max(...megabytes.slice(1)) - megabytes[1]).toBeLessThan(10)
})
