import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { execFileSync, spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { fillFolder, replaceFile } from '../../src/edge/disk.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-disk-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))
/** A new folder for one test. */
let folders = 0
const folder = (): string => {
  const made = join(place, String(folders++))
  mkdirSync(made)
  return made
}
const rightsOf = (path: string): number => statSync(path).mode & 0o777

describe('replaceFile', () => {
  it('leaves one whole file of several that are written at once, and shows no reader a half', async () => {
    const path = join(folder(), 'x')
    const contents = ['a', 'b', 'c'].map((letter) => letter.repeat(300_000))
    await replaceFile(path, contents[0])
    const read: string[] = []
    for (let round = 0; round < 20; round++) {
      let writing = true
      const written = Promise.all(contents.map((content) => replaceFile(path, content))).finally(
        () => (writing = false),
      )
      while (writing) read.push(await readFile(path, 'utf8'))
      await written
    }
    expect(read.length).toBeGreaterThan(20)
    expect(read.filter((content) => !contents.includes(content))).toEqual([])
    expect(readdirSync(join(path, '..'))).toEqual(['x'])
  })

  it('follows no symbolic link of a temporary name, nor writes over such a file', async () => {
    const made = folder()
    const victim = join(made, 'victim')
    writeFileSync(victim, 'precious')
    for (let i = 0; i < 5; i++) symlinkSync(victim, join(made, `.rivulet-${process.pid}-${i}.tmp`))
    writeFileSync(join(made, `.rivulet-${process.pid}-5.tmp`), 'left by another')
    const before = readdirSync(made)
    await replaceFile(join(made, 'x'), 'content')
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(readFileSync(join(made, `.rivulet-${process.pid}-5.tmp`), 'utf8')).toBe('left by another')
    expect(readFileSync(join(made, 'x'), 'utf8')).toBe('content')
    expect(readdirSync(made).sort()).toEqual([...before, 'x'].sort())
  })

  it('writes through a symbolic link, whether the file that it leads to is there or not', async () => {
    const made = folder()
    mkdirSync(join(made, 'deep'))
    symlinkSync('deep/target', join(made, 'link'))
    symlinkSync('link', join(made, 'link-of-link'))
    for (const name of ['link', 'link-of-link']) {
      await replaceFile(join(made, name), name)
      expect(lstatSync(join(made, name)).isSymbolicLink()).toBe(true)
      expect(readFileSync(join(made, 'deep', 'target'), 'utf8')).toBe(name)
    }
    expect(readdirSync(join(made, 'deep'))).toEqual(['target'])
  })

  it('reads a way around through a link as the system does', async () => {
    const made = folder()
    mkdirSync(join(made, 'far', 'away'), { recursive: true })
    symlinkSync('far/away', join(made, 'link'))
    symlinkSync('link/../target', join(made, 'to-target'))
    await replaceFile(`${made}/link/../x`, 'content')
    await replaceFile(join(made, 'to-target'), 'content')
    await fillFolder(`${made}/link/../folder/`, { file: 'content' })
    expect(readdirSync(join(made, 'far')).sort()).toEqual(['away', 'folder', 'target', 'x'])
    expect(readdirSync(made).sort()).toEqual(['far', 'link', 'to-target'])
  })

  it('names the directory that is missing, also that of a link', async () => {
    const made = folder()
    symlinkSync('none/target', join(made, 'link'))
    const line = (path: string) => new Error(`no directory "${path}" for it`)
    await expect(replaceFile(join(made, 'link'), '')).rejects.toThrow(line(join(made, 'none')))
    await expect(replaceFile(join(made, 'other', 'x'), '')).rejects.toThrow(line(join(made, 'other')))
  })

  it('keeps the rights of the file that it replaces', async () => {
    const path = join(folder(), 'x')
    writeFileSync(path, 'old')
    chmodSync(path, 0o640)
    await replaceFile(path, 'new')
    expect([readFileSync(path, 'utf8'), rightsOf(path)]).toEqual(['new', 0o640])
  })

  it('gives a new file the rights that any program gives one', async () => {
    const made = folder()
    writeFileSync(join(made, 'theirs'), '')
    await replaceFile(join(made, 'ours'), '')
    expect(rightsOf(join(made, 'ours'))).toBe(rightsOf(join(made, 'theirs')))
  })

  it('removes its temporary when the process exits in the middle', async () => {
    const made = folder()
    const before = process.listeners('exit')
    const writing = replaceFile(join(made, 'x'), 'content'.repeat(100_000)).catch(({ code }) => code)
    while ((await readdir(made)).length === 0) continue
    const [listener] = process.listeners('exit').filter((other) => !before.includes(other))
    listener.call(process, 0)
    expect(readdirSync(made)).toEqual([])
    expect(await writing).toBe('ENOENT')
    expect(process.listeners('exit')).toEqual(before)
  })

  it('warns of no leak of listeners when many files are written at once', async () => {
    const made = folder()
    const before = process.listenerCount('exit')
    const writing = Array.from({ length: 50 }, (_, i) => replaceFile(join(made, String(i)), 'content'))
    expect(process.listenerCount('exit')).toBeLessThanOrEqual(before + 1)
    await Promise.all(writing)
    expect(readdirSync(made)).toHaveLength(50)
  })

  const fifo = (path: string): void => void execFileSync('mkfifo', [path])
  it.each([
    ['a directory', (path: string) => mkdirSync(path), 'a directory'],
    ['a FIFO', fifo, 'a FIFO'],
    ['a link to a device', (path: string) => symlinkSync('/dev/null', path), 'a device'],
    ['a circle of links', (path: string) => symlinkSync('x', path), 'a circle of symbolic links'],
  ])('refuses %s and leaves it', async (_, make, reason) => {
    const made = folder()
    make(join(made, 'x'))
    const before = lstatSync(join(made, 'x'))
    await expect(replaceFile(join(made, 'x'), 'content')).rejects.toThrow(new Error(reason))
    expect(lstatSync(join(made, 'x')).ino).toBe(before.ino)
    expect(readdirSync(made)).toEqual(['x'])
  })

  it('leaves the old file, and no other, when the disk does not take the new one', () => {
    const made = folder()
    writeFileSync(join(made, 'x'), 'old')
    const module = new URL('../../dist/src/edge/disk.js', import.meta.url)
    const script = `import(${JSON.stringify(module)}).then(({ replaceFile }) => replaceFile('x', 'n'.repeat(1e6))).catch(({ code }) => console.log(code))`
    // A limit of the size of a file is a full disk that any test can have.
    const shell = `trap '' XFSZ; ulimit -f 100; exec "$0" --input-type=module -e "$1"`
    const { stdout } = spawnSync('bash', ['-c', shell, process.execPath, script], { cwd: made, encoding: 'utf8' })
    expect(stdout).toBe('EFBIG\n')
    expect(readFileSync(join(made, 'x'), 'utf8')).toBe('old')
    expect(readdirSync(made)).toEqual(['x'])
  })

  it('refuses a file that is write-protected', () => {
    const made = folder()
    chmodSync(made, 0o777)
    writeFileSync(join(made, 'x'), 'old')
    chmodSync(join(made, 'x'), 0o444)
    // The superuser may write to any file, so another user tries where the tests run as that one.
    const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    chmodSync(place, 0o755)
    // In one piece, since the other user may not be able to read the checkout.
    const [alone] = buildSync({
      stdin: {
        contents: `export * from './edge/disk.js'`,
        resolveDir: fileURLToPath(new URL('../../dist/src', import.meta.url)),
      },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
    }).outputFiles
    const script = `${alone.text}\nreplaceFile('x', 'new').catch(({ code }) => console.log(code))`
    const options = { ...other, cwd: made, encoding: 'utf8' } as const
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
    expect(stdout).toBe('EACCES\n')
    expect(readFileSync(join(made, 'x'), 'utf8')).toBe('old')
    expect(readdirSync(made)).toEqual(['x'])
  })
})

describe('fillFolder', () => {
  const files = { 'actor/model.json': '{}', 'actor/weights.bin': new Uint8Array(4), 'critic/model.json': '{}' }
  const names = ['actor', 'actor/model.json', 'actor/weights.bin', 'critic', 'critic/model.json']
  const held = (path: string): string[] => readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()

  it('makes a folder that is new, also by a name with a slash behind it', async () => {
    const made = folder()
    await fillFolder(join(made, 'new'), files)
    await fillFolder(`${join(made, 'slash')}/`, files)
    expect(held(join(made, 'new'))).toEqual(names)
    expect(held(join(made, 'slash'))).toEqual(names)
    expect(readdirSync(made).sort()).toEqual(['new', 'slash'])
  })

  it('fills the very folder that is there and empty, also through a link', async () => {
    const made = folder()
    mkdirSync(join(made, 'empty'))
    symlinkSync('empty', join(made, 'link'))
    const before = lstatSync(join(made, 'empty')).ino
    await fillFolder(join(made, 'link'), files)
    expect(held(join(made, 'empty'))).toEqual(names)
    expect(lstatSync(join(made, 'empty')).ino).toBe(before)
  })

  it.each([
    ['new', false],
    ['empty', true],
  ])('of two writers of one %s folder one wins, with all of its files', async (_, there) => {
    for (let round = 0; round < 20; round++) {
      const path = join(folder(), 'x')
      if (there) mkdirSync(path)
      const contents = ['first', 'second']
      const written = await Promise.allSettled(
        contents.map((content) => fillFolder(path, { 'a/one': content, 'b/two': content })),
      )
      const won = written.flatMap(({ status }, i) => (status === 'fulfilled' ? [contents[i]] : []))
      expect(won).toHaveLength(1)
      expect(held(path)).toEqual(['a', 'a/one', 'b', 'b/two'])
      expect([readFileSync(join(path, 'a/one'), 'utf8'), readFileSync(join(path, 'b/two'), 'utf8')]).toEqual([
        won[0],
        won[0],
      ])
    }
  })

  it('refuses a folder that holds anything, and a file, and leaves both', async () => {
    const made = folder()
    mkdirSync(join(made, 'full'))
    writeFileSync(join(made, 'full', 'kept'), '')
    writeFileSync(join(made, 'file'), 'kept')
    await expect(fillFolder(join(made, 'full'), files)).rejects.toThrow(new Error('a directory that holds "kept"'))
    await expect(fillFolder(join(made, 'file'), files)).rejects.toThrow(new Error('a file'))
    expect(held(made)).toEqual(['file', 'full', 'full/kept'])
  })

  it.each(['new', 'empty'])('leaves nothing of a %s folder when one of the files cannot be written', async (name) => {
    const made = folder()
    if (name === 'empty') mkdirSync(join(made, name))
    const before = held(made)
    await expect(fillFolder(join(made, name), { a: '', 'a/b': '' })).rejects.toThrow(/^E(NOTDIR|EXIST): /)
    expect(held(made)).toEqual(before)
    expect(existsSync(join(made, name))).toBe(name === 'empty')
  })
})
