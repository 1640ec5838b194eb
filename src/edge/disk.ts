/**
 * Writes whole files; this is the one place that does. A file is written under a temporary name in the folder of its path, and renamed
 * when it is complete, so that a reader finds the old file or the new one. Of several writers of one path the last to finish wins. A
 * temporary file is always created (`wx`): a file or a symbolic link with its name is not touched. It is removed when writing fails and
 * when the process exits.
 *
 * Node's modules are imported when they are used: a browser has no disk.
 */
import type { Stats } from 'node:fs'
import { filesSync, paths } from '#host'
import { printable } from './decode.js'
import { escaped } from './escaped.js'

/** The content of a file. */
export type Content = Uint8Array | string

const disk = async () => {
  const [{ promises, ...fs }, { basename, dirname, isAbsolute, join }] = await Promise.all([filesSync(), paths()])
  return { ...promises, sync: fs, basename, dirname, isAbsolute, join }
}
type Disk = Awaited<ReturnType<typeof disk>>

/** The temporary files of this process, each with a function that removes it. Module state, since all writers share the process's exit. */
const unfinished = new Map<string, () => void>()
const removeUnfinished = (): void => {
  for (const remove of unfinished.values()) remove()
}

/** The most symbolic links that are followed one after another, as on Linux. */
const MOST_LINKS = 40
/** The most names that are tried for a temporary file: a writer that was killed leaves its file behind. */
const MOST_NAMES = 1000
/** The rights of a temporary file, which only its owner may read and write, until it gets the rights of the file that it replaces. */
const PRIVATE = 0o600
const RIGHTS = 0o777

const nullIf =
  (code: string) =>
  (error: NodeJS.ErrnoException): null => {
    if (error.code !== code) throw error
    return null
  }

/** The kind of file at a path, in words. */
export const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return stats.isFile() ? 'a file' : 'a device'
}

/** A path whose directory contains no symbolic links, since the system reads `link/..` as the parent of the link's target. */
const withoutLinks = async ({ realpath, dirname, basename, join }: Disk, path: string): Promise<string> => {
  const folder = await realpath(dirname(path)).catch(nullIf('ENOENT'))
  if (folder === null) throw new Error(`no directory "${escaped(dirname(path))}" for it`)
  return join(folder, basename(path))
}

/** The place that a path leads to, and what is there. A symbolic link is followed, also to a file that does not exist yet. */
const destinationOf = async (
  all: Disk,
  path: string,
): Promise<{ readonly place: string; readonly stats: Stats | null }> => {
  const { lstat, readlink, dirname, isAbsolute } = all
  let place = await withoutLinks(all, path)
  for (let links = 0; links < MOST_LINKS; links++) {
    const stats = await lstat(place).catch(nullIf('ENOENT'))
    if (stats?.isSymbolicLink() !== true) return { place, stats }
    const target = await readlink(place)
    place = await withoutLinks(all, isAbsolute(target) ? target : `${dirname(place)}/${target}`)
  }
  throw new Error('a circle of symbolic links')
}

/** Makes a temporary file or folder, passes it to `finish`, and removes what is left of it afterwards. */
const withTemporary = async <A>(
  { rm, sync, join }: Disk,
  folder: string,
  make: (place: string) => void,
  finish: (place: string) => Promise<A>,
): Promise<A> => {
  for (let i = 0; i < MOST_NAMES; i++) {
    const place = join(folder, `.rivulet-${process.pid}-${i}.tmp`)
    try {
      make(place)
    } catch (error) {
      nullIf('EEXIST')(error as NodeJS.ErrnoException)
      continue
    }
    if (unfinished.size === 0) process.on('exit', removeUnfinished)
    unfinished.set(place, () => sync.rmSync(place, { recursive: true, force: true }))
    try {
      return await finish(place)
    } finally {
      await rm(place, { recursive: true, force: true })
      unfinished.delete(place)
      if (unfinished.size === 0) process.off('exit', removeUnfinished)
    }
  }
  throw new Error(`${MOST_NAMES} temporary files are in the way`)
}

/** Writes the content of an existing file, and waits until the disk has it. Each block is written before the next one is requested. */
const fill = async (
  { open, writeFile, sync }: Disk,
  place: string,
  content: Content | Iterable<Uint8Array>,
  mode: number | null,
): Promise<void> => {
  const { O_RDWR, O_NOFOLLOW } = sync.constants
  const file = await open(place, O_RDWR | O_NOFOLLOW)
  try {
    await writeFile(file, content)
    if (mode !== null) await file.chmod(mode)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Writes a whole file. An existing file is replaced, and its rights are kept. A symbolic link is kept, and the file that it leads to is
 * replaced.
 *
 * Fails: rejects if the disk does not accept all of the content, if the file is write-protected, and if the path leads to something other
 * than a file. What was there before is then unchanged.
 */
export const replaceFile = async (path: string, content: Content): Promise<void> => {
  const all = await disk()
  const { access, dirname, rename, sync } = all
  const { place, stats } = await destinationOf(all, path)
  if (stats !== null && !stats.isFile()) throw new Error(kindOf(stats))
  if (stats !== null) await access(place, sync.constants.W_OK)
  const mode = stats === null ? null : stats.mode & RIGHTS
  await withTemporary(
    all,
    dirname(place),
    (temporary) =>
      sync.closeSync(mode === null ? sync.openSync(temporary, 'wx') : sync.openSync(temporary, 'wx', PRIVATE)),
    async (temporary) => {
      await fill(all, temporary, content, mode)
      await rename(temporary, place)
    },
  )
}

/**
 * Writes a file of a folder whose name follows from its content, such as a checksum: `name` is called when all blocks were written. A file
 * that has this name is replaced. The memory of a block can be used again for the next one. Resolves to the path.
 *
 * Fails: rejects if the disk does not accept all of the content; nothing that was written is left then.
 */
export const writeNamed = async (folder: string, blocks: Iterable<Uint8Array>, name: () => string): Promise<string> => {
  const all = await disk()
  const { join, rename, sync } = all
  return withTemporary(
    all,
    folder,
    (temporary) => sync.closeSync(sync.openSync(temporary, 'wx')),
    async (temporary) => {
      await fill(all, temporary, blocks, null)
      const path = join(folder, name())
      await rename(temporary, path)
      return path
    },
  )
}

/** Waits until the disk has the names of the files of a folder. Windows has no such call, and writes names at once. */
export const syncNames = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return
  const { open } = await disk()
  const directory = await open(folder)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/** Waits until the disk has what was written to a file so far. */
export const syncFile = async (path: string): Promise<void> => {
  const { open } = await disk()
  const file = await open(path, 'r+')
  try {
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Moves the entries of a folder into another one, one by one. If one cannot be moved, those that were moved are removed again. */
const moveEntries = async ({ readdir, rename, rm, join }: Disk, from: string, to: string): Promise<void> => {
  const moved: string[] = []
  try {
    for (const name of (await readdir(from)).sort()) {
      await rename(join(from, name), join(to, name))
      moved.push(join(to, name))
    }
  } catch (error) {
    for (const place of moved) await rm(place, { recursive: true, force: true })
    throw error
  }
}

/**
 * Writes the files of a folder, given by their paths within it. A new folder appears with all of its files at once. An existing empty
 * folder stays, and the finished files are moved into it in the order of their names.
 *
 * Fails: rejects if the disk does not accept all of the files, and if the folder is not empty or the path leads to something else. Then
 * nothing that was written is left.
 */
export const fillFolder = async (path: string, files: Readonly<Record<string, Content>>): Promise<void> => {
  const all = await disk()
  const { dirname, join, mkdir, readdir, rename, sync } = all
  const { place, stats } = await destinationOf(all, path)
  if (stats !== null && !stats.isDirectory()) throw new Error(kindOf(stats))
  const present = stats === null ? [] : await readdir(place)
  if (present.length > 0) throw new Error(`a directory that holds ${printable(present.sort()[0])}`)
  await withTemporary(
    all,
    stats === null ? dirname(place) : place,
    (temporary) => sync.mkdirSync(temporary),
    async (temporary) => {
      for (const [name, content] of Object.entries(files)) {
        const file = join(temporary, name)
        await mkdir(dirname(file), { recursive: true })
        sync.closeSync(sync.openSync(file, 'wx'))
        await fill(all, file, content, null)
      }
      await (stats === null ? rename(temporary, place) : moveEntries(all, temporary, place))
    },
  )
}

/**
 * Writes a new file under a temporary name, renames it to `path`, and returns its descriptor, which is open for appending: for a file
 * that grows and whose beginning has to change. The rights of the file that it replaces are kept.
 *
 * Fails: throws the system's error; the file at `path` is then unchanged.
 */
export const replaceOpenFile = (fs: typeof import('node:fs'), path: string, content: Uint8Array): number => {
  const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = fs.constants
  const temporary = `${path}.${process.pid}.tmp`
  // A process of the same number that was killed may have left its file behind.
  fs.rmSync(temporary, { force: true })
  const file = fs.openSync(temporary, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, fs.statSync(path).mode & RIGHTS)
  try {
    for (let written = 0; written < content.length;) written += fs.writeSync(file, content, written)
    fs.fsyncSync(file)
    fs.renameSync(temporary, path)
    return file
  } catch (error) {
    fs.closeSync(file)
    fs.rmSync(temporary, { force: true })
    throw error
  }
}
