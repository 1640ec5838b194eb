import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { withRegularFile } from '../../src/edge/regularFile.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-regular-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const path = join(place, 'x')
const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251)
const renewed = (): string => {
  writeFileSync(path, content)
  return path
}

describe('withRegularFile', () => {
  it('reads any part, also over the end of a piece', async () => {
    const read = await withRegularFile(renewed(), async ({ size, read: part }) => [
      await part(0, size),
      await part(1_048_570, 20),
      await part(size, 0),
    ])
    expect(Buffer.compare(read[0], content)).toBe(0)
    expect(read[1]).toEqual(content.slice(1_048_570, 1_048_590))
    expect(read[2]).toHaveLength(0)
  })

  it.each<[string, () => void, string]>([
    ['becomes shorter', () => truncateSync(path, 100), 'a file that became shorter while it was read'],
    ['becomes longer', () => appendFileSync(path, 'x'), 'a file that was written to while it was read'],
  ])('refuses a file that %s meanwhile', async (_, change, line) => {
    const reading = withRegularFile(renewed(), async ({ size, read }) => {
      change()
      return read(0, size)
    })
    await expect(reading).rejects.toThrow(new Error(line))
  })

  it('reads a file to its end that another one takes the place of', async () => {
    const read = await withRegularFile(renewed(), ({ size, read: part }) => {
      writeFileSync(`${path}.new`, 'new')
      renameSync(`${path}.new`, path)
      return part(0, size)
    })
    expect(Buffer.compare(read, content)).toBe(0)
  })

  it('leaves no file open, however it ends', async () => {
    const before = readdirSync('/proc/self/fd').length
    for (let i = 0; i < 20; i++) {
      await expect(withRegularFile(renewed(), () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    }
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before + 2)
  })

  it('follows a link within a folder, and none out of it', async () => {
    const folder = join(place, 'folder')
    mkdirSync(folder)
    writeFileSync(join(folder, 'file'), 'inside')
    symlinkSync('file', join(folder, 'inside'))
    symlinkSync('../x', join(folder, 'outside'))
    renewed()
    const sizeOf = (name: string) => withRegularFile(join(folder, name), async ({ size }) => size, { folder })
    expect(await sizeOf('inside')).toBe(6)
    await expect(sizeOf('outside')).rejects.toThrow(new Error('a symbolic link out of the directory'))
    symlinkSync('folder', join(place, 'link'))
    expect(
      await withRegularFile(join(place, 'link', 'file'), async ({ size }) => size, { folder: join(place, 'link') }),
    ).toBe(6)
  })
})
