/** Tests that are left out where something that they need is absent. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeEach } from 'vitest'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where a program is, or null. Debian keeps servers in folders that are on the superuser's path alone. */
export const programOf = (name: string): string | null => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin']
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

/** Leaves out the tests of the present `describe` unless this is there. The reason is printed at the end of the run. */
export const needs = (what: string, isThere: boolean): void =>
  beforeEach((test) => test.skip(!isThere, `needs ${what}`))
