import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  constants,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { lineFile, longestLine } from '../../src/edge/lineFile.js'
import { lines } from '../../src/links/frames.js'
import { onSmallDisk, withSmallDisk } from '../smallDisk.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-line-file-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
const linesOf = (path: string): string[] => readFileSync(path, 'utf8').split('\n')

describe('a file of lines', () => {
  test('has each line when append returns', async () => {
    const path = join(place, 'lines')
    const file = await lineFile(path)
    file.append('one')
    expect(readFileSync(path, 'utf8')).toBe('one\n')
    file.append('zwei ü')
    expect(readFileSync(path, 'utf8')).toBe('one\nzwei ü\n')
    file.close()
    file.close()
    expect(() => file.append('three')).toThrow(`${path} is closed`)
  })

  test('is new, unless it is to be lengthened', async () => {
    const path = join(place, 'there')
    writeFileSync(path, 'kept\n')
    await expect(lineFile(path)).rejects.toThrow('EEXIST')
    const file = await lineFile(path, { as: 'append' })
    file.append('more')
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('kept\nmore\n')
  })

  test('ends the half line that a crash has left before it writes another', async () => {
    const path = join(place, 'crashed')
    writeFileSync(path, 'whole\nha')
    const file = await lineFile(path, { as: 'append' })
    expect(readFileSync(path, 'utf8')).toBe('whole\nha')
    file.append('next')
    file.append('last')
    file.close()
    expect(linesOf(path)).toEqual(['whole', 'ha', 'next', 'last', ''])
  })

  test.each([
    [
      'a line over the limit',
      'x'.repeat(longestLine + 1),
      `expected a line of at most 65536 characters, got one of 65537`,
    ],
    ['an empty line', '', 'expected a line, got an empty one'],
    ['two lines', 'a\nb', 'expected one line, got text with a line break'],
    ['a carriage return at the end', 'a\r', 'expected one line, got text with a line break'],
  ])('refuses %s, which its reader would refuse or change, and writes nothing of it', async (_, line, said) => {
    const path = join(place, `refused-${line.length}`)
    const file = await lineFile(path)
    expect(() => file.append(line)).toThrow(new RangeError(`${path}: ${said}`))
    file.append('next')
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('next\n')
  })

  test('takes the longest line that its reader takes', async () => {
    const file = await lineFile(join(place, 'longest'))
    file.append('x'.repeat(longestLine))
    file.close()
    const { cut } = lines({ firstLine: 'keep' }).cutter({ dropped: () => {}, warn: () => {} })
    expect(cut(readFileSync(join(place, 'longest')))).toEqual(['x'.repeat(longestLine)])
    await expect(lineFile(join(place, 'none'), { longest: 0 })).rejects.toThrow('longest: expected a positive integer')
  })

  test('that was deleted takes no more lines', async () => {
    const path = join(place, 'deleted')
    const file = await lineFile(path)
    file.append('one')
    rmSync(path)
    expect(() => file.append('two')).toThrow(`${path} was deleted`)
    file.close()
  })

  test('checks whether its path still leads to it', async () => {
    const path = join(place, 'moved')
    const file = await lineFile(path)
    expect(() => file.checkPath()).not.toThrow()
    renameSync(path, `${path}-away`)
    expect(() => file.checkPath()).toThrow(`${path} was deleted or moved`)
    writeFileSync(path, '')
    expect(() => file.checkPath()).toThrow(`${path} was replaced by another file`)
    file.close()
  })
})

describe('all lines at once', () => {
  test('replace the old ones, and further lines follow them', async () => {
    const path = join(place, 'replaced')
    const file = await lineFile(path)
    file.append('a,b')
    file.append('1,2')
    const old = openSync(path, 'r')
    chmodSync(path, 0o640)
    file.replace(['a,b,c', '1,2,'])
    file.append('3,4,5')
    file.checkPath()
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('a,b,c\n1,2,\n3,4,5\n')
    // A reader that has the old file open still reads whole lines of one time.
    expect(readFileSync(old, 'utf8')).toBe('a,b\n1,2\n')
    closeSync(old)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(place).filter((name) => name.startsWith('replaced'))).toEqual(['replaced'])
    expect(() => file.replace(['late'])).toThrow(`${path} is closed`)
  })

  test('are refused where one would be refused, and the old lines stay', async () => {
    const path = join(place, 'refused')
    const file = await lineFile(path)
    file.append('kept')
    expect(() => file.replace(['good', 'two\nlines'])).toThrow('expected one line')
    file.append('next')
    file.close()
    expect(readFileSync(path, 'utf8')).toBe('kept\nnext\n')
  })

  test(
    `leave the old ones where the disk is full (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const path = join(disk, 'lines')
      const file = await lineFile(path)
      file.append('kept')
      fill()
      expect(() => file.replace(Array<string>(5).fill('x'.repeat(3000)))).toThrow('ENOSPC')
      expect(linesOf(path)).toEqual(['kept', ''])
      expect(readdirSync(disk).toSorted()).toEqual(['ballast', 'lines'])
      free()
      file.append('after')
      file.close()
      expect(linesOf(path)).toEqual(['kept', 'after', ''])
    }),
  )
})

describe('a disk that is full for a while', () => {
  const long = 'x'.repeat(3000)

  test(
    `leaves whole lines, and the next one stands on its own (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const path = join(disk, 'lines')
      const file = await lineFile(path)
      file.append('one')
      fill()
      let refused: unknown = null
      for (let i = 0; i < 3 && refused === null; i++) {
        try {
          file.append(long)
        } catch (error) {
          refused = error
        }
      }
      expect(String(refused)).toContain('ENOSPC')
      const before = linesOf(path)
      expect(before.filter((line) => !['one', long, ''].includes(line))).toEqual([])
      expect(before.at(-1)).toBe('')
      free()
      file.append('after')
      file.close()
      expect(linesOf(path)).toEqual([...before.slice(0, -1), 'after', ''])
    }),
  )

  test(
    `takes back nothing of another writer, whose lines stay whole (${onSmallDisk})`,
    withSmallDisk(async (disk, { fill, free }) => {
      const path = join(disk, 'shared')
      const file = await lineFile(path, { as: 'append' })
      file.append('one')
      appendFileSync(path, 'theirs\n')
      fill()
      expect(() => {
        for (let i = 0; i < 3; i++) file.append(long)
      }).toThrow('ENOSPC')
      free()
      file.append('after')
      file.close()
      const lines = linesOf(path)
      expect(lines.slice(0, 2)).toEqual(['one', 'theirs'])
      expect(lines.slice(-2)).toEqual(['after', ''])
    }),
  )

  test.runIf(process.platform === 'linux')('or a limit on its size: the same', () => {
    const path = join(place, 'limited')
    const script = `
      const { lineFile } = await import(${JSON.stringify(fileURLToPath(new URL('../../dist/src/edge/lineFile.js', import.meta.url)))})
      const file = await lineFile(${JSON.stringify(path)})
      let failed = 0
      for (let i = 0; i < 10; i++) try { file.append(${JSON.stringify('y'.repeat(300))}) } catch { failed++ }
      file.append('s')
      file.close()
      console.log(failed)`
    const words = ['-c', 'ulimit -f 1 && exec "$0" --input-type=module -e "$1"', process.execPath, script]
    const { stdout, stderr } = spawnSync('bash', words, { encoding: 'utf8' })
    expect({ stdout, stderr }).toEqual({ stdout: '7\n', stderr: '' })
    expect(linesOf(path)).toEqual([...Array<string>(3).fill('y'.repeat(300)), 's', ''])
  })
})

describe.runIf(process.platform === 'linux')('a pipe', () => {
  test('whose reader was too slow for a line gets the next one as a line of its own', async () => {
    const path = join(place, 'pipe')
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const file = await lineFile(path, { as: 'append', longest: 2 ** 20 })
    file.append('one')
    // More than a pipe holds.
    expect(() => file.append('z'.repeat(200_000))).toThrow('EAGAIN')
    expect(
      execFileSync('dd', ['bs=200000', 'count=1', 'status=none'], { stdio: [reader, 'pipe', 'pipe'] })
        .subarray(0, 5)
        .toString(),
    ).toBe('one\nz')
    file.append('two')
    file.close()
    expect(execFileSync('cat', { stdio: [reader, 'pipe', 'pipe'] }).toString()).toMatch(/^z*\ntwo\n$/)
    closeSync(reader)
  })

  test('that has no reader is no place to write to', async () => {
    const path = join(place, 'unread')
    execFileSync('mkfifo', [path])
    await expect(lineFile(path, { as: 'append' })).rejects.toThrow('ENXIO')
  })
})
