/** The Python of the tests: that of the variable RIVULET_PYTHON, otherwise `python3`; null if it does not have the package gymnasium. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const imports = (python: string, modules: string): boolean =>
  spawnSync(python, ['-c', `import ${modules}`], { stdio: 'ignore', timeout: 60_000 }).status === 0

const asked = process.env['RIVULET_PYTHON'] ?? 'python3'

/** A Python with the package gymnasium, or null. */
export const python: string | null = imports(asked, 'gymnasium') ? asked : null

/** Whether it has MuJoCo as well. */
export const hasMujoco = python !== null && imports(python, 'gymnasium, mujoco')

/** What a test without it is skipped for. */
export const absentPython = 'a Python with gymnasium (RIVULET_PYTHON)'

/** The folder of the module `worlds`, which registers environments of the tests. */
export const worldsFolder = fileURLToPath(new URL('.', import.meta.url))
