/** A program in the place of Python, so that the protocol is tested without it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** The path of an executable that speaks the protocol; it is removed after the tests. */
export const fakePython = (): string => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-python-'))
  afterAll(() => rmSync(place, { recursive: true, force: true }))
  const file = join(place, 'python')
  const script = fileURLToPath(new URL('fakePython.mjs', import.meta.url))
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`)
  chmodSync(file, 0o755)
  return file
}
