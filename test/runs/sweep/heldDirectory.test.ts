import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { holdDirectory } from '../../../src/runs/sweep/heldDirectory.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-held-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('a directory is held once, by any of its paths, until it is released', async () => {
  const release = await holdDirectory(place)
  expect(release).not.toBeNull()
  expect(await holdDirectory(join(place, '.'))).toBeNull()
  release?.()
  const again = await holdDirectory(place)
  expect(again).not.toBeNull()
  again?.()
})

test('what a process held that was killed can be held again', async () => {
  const built = new URL('../../../dist/src/runs/sweep/heldDirectory.js', import.meta.url).href
  const code = `const { holdDirectory } = await import(${JSON.stringify(built)})
    console.log(await holdDirectory(${JSON.stringify(place)}) === null ? 'refused' : 'held')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  expect(said.toString()).toBe('held\n')
  expect(await holdDirectory(place)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const release = await holdDirectory(place)
  expect(release).not.toBeNull()
  release?.()
}, 120_000)

test('a directory that is not there is an error of the system', async () => {
  await expect(holdDirectory(join(place, 'none'))).rejects.toThrow('ENOENT')
})
