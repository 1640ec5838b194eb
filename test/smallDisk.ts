/** Disks that really are full. */
import { spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'

/** Takes all the room of a disk but some bytes, and gives it back. */
export interface Room {
  readonly fill: (leave?: number) => void
  readonly free: () => void
}

const KILOBYTES = 256

const mount = (place: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${KILOBYTES}k`, 'tmpfs', place], { stdio: 'ignore' }).status === 0
const unmount = (place: string): void => void spawnSync('umount', ['-l', place], { stdio: 'ignore' })

/** Whether this process may mount a disk: as a rule root alone. */
const mayMount = ((): boolean => {
  if (process.platform !== 'linux') return false
  const place = mkdtempSync(join(tmpdir(), 'rivulet-mount-'))
  const may = mount(place)
  if (may) unmount(place)
  rmSync(place, { recursive: true })
  return may
})()

/** Says in a test's name what it needs. */
export const onSmallDisk = `on a disk of ${KILOBYTES} kB`

/** A test's work on a disk of 256 kB in memory; the test is left out where no such disk can be mounted. */
export const withSmallDisk =
  (run: (disk: string, room: Room) => void | Promise<void>) =>
  async ({ skip }: TestContext): Promise<void> => {
    skip(!mayMount, `needs a disk of ${KILOBYTES} kB, which root alone can mount, on Linux`)
    const disk = mkdtempSync(join(tmpdir(), 'rivulet-disk-'))
    if (!mount(disk)) throw new Error('the disk cannot be mounted')
    const ballast = openSync(join(disk, 'ballast'), 'w')
    const fill = (leave = 0): void => {
      let size = 0
      try {
        for (;;) size += writeSync(ballast, new Uint8Array(1024), 0, 1024, size)
      } catch {
        // No room is left.
      }
      ftruncateSync(ballast, Math.max(0, size - leave))
    }
    try {
      await run(disk, { fill, free: () => ftruncateSync(ballast, 0) })
    } finally {
      closeSync(ballast)
      unmount(disk)
      rmSync(disk, { recursive: true, force: true })
    }
  }
