/** Tasks of robots where a simulator is needed: every subcommand that takes a task refuses them in one line, and `tasks` lists them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeTasks } from '../../src/cli/tasks.js'
import { robotTaskIds } from '../../src/environments/runTask.js'
import { policyToBytes } from '../../src/learners/policy/policyBytes.js'
import { readPolicy } from '../../src/learners/policy/policyFiles.js'
import { rivulet } from './program.js'

const place = mkdtempSync(join(tmpdir(), 'rivulet-robot-tasks-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const refusal = (path: string, got: string): string =>
  `rivulet: ${path}: expected a task that needs no robot ('rivulet robot create-mover --port <path>' runs this one); got "${got}"\n`

beforeAll(async () => {
  rivulet(['train', 'Pendulum-v1', '--steps', '20', '--out', 'run', '--no-progress'], place)
  const saved = await readPolicy(join(place, 'run', 'policy.safetensors'))
  const spec = { ...saved.spec, name: 'Create-Mover' }
  writeFileSync(join(place, 'mover.safetensors'), policyToBytes({ ...saved, spec }))
  const config = JSON.parse(readFileSync(join(place, 'run', 'config.json'), 'utf8')) as object
  writeFileSync(join(place, 'mover.json'), JSON.stringify({ ...config, task: 'Create-Mover' }))
  const experiment = { tasks: ['Pendulum-v1', 'create-mover'], algorithms: ['avg'], seeds: 1, steps: 20 }
  writeFileSync(join(place, 'sweep.json'), JSON.stringify(experiment))
}, 120_000)

describe('a task of a robot', () => {
  test.each([
    [['train', 'Create-Mover'], 'task', 'Create-Mover'],
    [['train', 'create-mover'], 'task', 'create-mover'],
    [['train', 'Create-Mover', '--config', 'run/config.json'], 'task', 'Create-Mover'],
    [['train', '--config', 'mover.json'], 'mover.json', 'Create-Mover'],
    [['sweep', 'sweep.json'], 'sweep.json: tasks', 'create-mover'],
    [['compare', '--tasks', 'Create-Mover'], '--tasks', 'Create-Mover'],
    [['compare', '--tasks', 'Pendulum-v1,create-mover'], '--tasks', 'create-mover'],
    [['watch', 'create-mover'], 'what', 'create-mover'],
    [['watch', 'mover.safetensors'], 'mover.safetensors', 'Create-Mover'],
    [['film', 'Create-Mover'], 'what', 'Create-Mover'],
    [['film', 'mover.safetensors'], 'mover.safetensors', 'Create-Mover'],
    [['evaluate', 'mover.safetensors'], 'mover.safetensors', 'Create-Mover'],
  ])('is refused by %s', (words, path, got) => {
    const before = readdirSync(place)
    expect(rivulet(words, place)).toEqual({ status: 2, stdout: '', stderr: refusal(path, got) })
    // At once: nothing is written.
    expect(readdirSync(place)).toEqual(before)
  })

  test('is in the list of tasks, with the command that runs it', async () => {
    const lines = (await describeTasks({ task: null })).split('\n')
    const from = lines.indexOf('Tasks of robots, in real time, and the command that runs each:')
    expect(lines.slice(from + 3, from + 6).map((line) => line.split(/\s{2,}/))).toEqual([
      ['Create-Mover', '8', '2', '-150 to 150', '0.15 s', '600', 'rivulet robot create-mover --port <path>'],
      ['Create-Docker', '20', '2', '-150 to 150', '0.045 s', '666', 'rivulet robot create-docker --port <path>'],
      ['UR-Reacher-2', '8', '2', '-0.3 to 0.3', '0.04 s', '100', 'rivulet robot ur-reacher-2 --host <address>'],
    ])
  })

  test.each(robotTaskIds)('is described with its components: %s', (id) => {
    for (const word of [id, id.toLowerCase()]) {
      const { status, stdout } = rivulet(['tasks', word], place)
      expect(status).toBe(0)
      expect(stdout).toMatch(new RegExp(`^${id}: a step of 0\\.\\d+ s; \\d+ steps an episode\\n\\nObservation +Unit`))
      expect(stdout).toMatch(/\nAction +Unit +Lowest +Highest\n/)
      expect(stdout).toMatch(
        new RegExp(`\nIt runs on a robot, in real time: rivulet robot ${id.toLowerCase()} --\\w+ <\\w+>\n$`),
      )
    }
  })

  test('of a wrong name is refused with the nearest one', () => {
    expect(rivulet(['tasks', 'Create-Movr'], place).stderr).toBe(
      'rivulet: task: expected a task (rivulet tasks lists them); got "Create-Movr"; nearest: Create-Mover\n',
    )
  })
})
