/**
 * Whole files on the disk: the one place that writes them. What is written stands under a temporary name of its own, in the folder
 * where it belongs, and takes its place by a rename when it is complete. A reader finds the old file or the new one; of several
 * writers of one path the last to finish wins. A temporary is made anew (`wx`): a file or a symbolic link of its name is left alone.
 * It is removed when writing fails and when the process exits.
 *
 * Node's modules are imported when they are used: a browser has no disk.
 */
import type { Stats } from 'node:fs'
import { filesAtOnce, paths } from '#host'
import { printable } from './decode.js'
import { plain } from './plain.js'

/** What a file holds. */
export type Content = Uint8Array | string

const disk = async () => {
  const [{ promises, ...fs }, { basename, dirname, isAbsolute, join }] = await Promise.all([filesAtOnce(), paths()])
  return { ...promises, sync: fs, basename, dirname, isAbsolute, join }
}
type Disk = Awaited<ReturnType<typeof disk>>

/** Temporaries of this process, each with what removes it. Module state, since there is one exit for all writers. */
const unfinished = new Map<string, () => void>()
const removeUnfinished = (): void => {
  for (const remove of unfinished.values()) remove()
}

/** Symbolic links that are followed one after the other, as Linux does. */
const MOST_LINKS = 40
/** Names that are tried for a temporary: a writer that was killed leaves one behind. */
const MOST_NAMES = 1000
/** The rights of a file that its owner alone may read and write, until it has those of the file that it replaces. */
const PRIVATE = 0o600
const RIGHTS = 0o777

const nullIf =
  (code: string) =>
  (error: NodeJS.ErrnoException): null => {
    if (error.code !== code) throw error
    return null
  }

/** What stands at a place. */
export const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a directory'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return stats.isFile() ? 'a file' : 'a device'
}

/** A path within a directory without links, since the system reads `link/..` as the directory above that of the link. */
const settled = async ({ realpath, dirname, basename, join }: Disk, path: string): Promise<string> => {
  const folder = await realpath(dirname(path)).catch(nullIf('ENOENT'))
  if (folder === null) throw new Error(`no directory "${plain(dirname(path))}" for it`)
  return join(folder, basename(path))
}

/** Where a path leads and what is there; a symbolic link is followed, also one to a file that does not exist yet. */
const destinationOf = async (
  all: Disk,
  path: string,
): Promise<{ readonly place: string; readonly stats: Stats | null }> => {
  const { lstat, readlink, dirname, isAbsolute } = all
  let place = await settled(all, path)
  for (let links = 0; links < MOST_LINKS; links++) {
    const stats = await lstat(place).catch(nullIf('ENOENT'))
    if (stats?.isSymbolicLink() !== true) return { place, stats }
    const target = await readlink(place)
    place = await settled(all, isAbsolute(target) ? target : `${dirname(place)}/${target}`)
  }
  throw new Error('a circle of symbolic links')
}

/** Makes a temporary in a folder and hands it on; what is left of it afterwards is removed. */
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

/** Fills a file that was made before, and hands it to the disk for good. */
const fill = async ({ open, sync }: Disk, place: string, content: Content, mode: number | null): Promise<void> => {
  const { O_RDWR, O_NOFOLLOW } = sync.constants
  const file = await open(place, O_RDWR | O_NOFOLLOW)
  try {
    await file.writeFile(content)
    if (mode !== null) await file.chmod(mode)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Writes a whole file; one that was there is replaced and its rights are kept. A symbolic link stays, and the file that it leads to is
 * written.
 *
 * Fails: rejects, and what was there is as before, when the disk does not take all of it, when the file is write-protected, and when
 * something other than a file is there.
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

/** Moves what a folder holds into another one, entry by entry; if one cannot be moved, those before it are removed again. */
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
 * Writes the files of a folder, by their paths within it. A folder that is new appears with all of them in it; one that was there, and
 * empty, stays and is given the finished files, the first name first.
 *
 * Fails: rejects, and nothing is left of what was written, when the disk does not take all of it, and when something is there already.
 */
export const fillFolder = async (path: string, files: Readonly<Record<string, Content>>): Promise<void> => {
  const all = await disk()
  const { dirname, join, mkdir, readdir, rename, sync } = all
  const { place, stats } = await destinationOf(all, path)
  if (stats !== null && !stats.isDirectory()) throw new Error(kindOf(stats))
  const held = stats === null ? [] : await readdir(place)
  if (held.length > 0) throw new Error(`a directory that holds ${printable(held.sort()[0])}`)
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
