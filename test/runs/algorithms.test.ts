/** The rules for every algorithm of the list, so that one command line and one config serve all of them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it, test } from 'vitest'
import { optionText } from '../../src/cli/settingText.js'
import { trainFields } from '../../src/cli/trainRequest.js'
import { closed } from '../../src/edge/codecs.js'
import { decode } from '../../src/edge/decode.js'
import { type SettingFields, codecsOf, defaultsOf } from '../../src/edge/settings.js'
import { taskIds, taskSpec } from '../../src/environments/tasks.js'
import { algorithmNamed, algorithmNames, algorithms } from '../../src/runs/algorithms.js'
import { defaultsFor, runSettings } from '../../src/runs/config.js'
import { runFields } from '../../src/runs/runFields.js'

const specs = await Promise.all(taskIds.map((id) => taskSpec(id)))
/** The names in a run's config and on its command line beside the settings of its algorithm. */
const beside = 'algorithm task engine settings weights config out progress versions platform architecture commit cpu'
const ofRuns = [...Object.keys(runFields), ...beside.split(' ')]

test('only the list imports them: runs and the command import no algorithm', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const files = ['src/runs', 'src/cli'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  )
  const naming = files
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /learners\/(?!interchange\/|policy\/)[\w-]+\//.test(readFileSync(join(root, file), 'utf8')))
  expect(naming).toEqual(['src/runs/algorithms.ts'])
})

test('names are as the command line writes them, each once', () => {
  expect(new Set(algorithmNames).size).toBe(algorithms.length)
  for (const name of algorithmNames) expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
})

test('algorithmNamed finds an algorithm by its name, and throws for any other name', () => {
  for (const algorithm of algorithms) expect(algorithmNamed(algorithm.name)).toBe(algorithm)
  expect(() => algorithmNamed('agv')).toThrow(
    new RangeError(`expected an algorithm (${algorithmNames.join(', ')}), got 'agv'`),
  )
})

test('a setting that several have is written in the same way', () => {
  const options = new Map<string, string>()
  for (const { fields, engines } of algorithms) {
    const groups = [fields, ...Object.values(engines).map((engine) => engine.options)]
    for (const [name, field] of groups.flatMap((group) => Object.entries(group))) {
      expect(optionText(name, field)).toBe(options.get(name) ?? optionText(name, field))
      options.set(name, optionText(name, field))
    }
  }
})

describe.each(algorithms.map((algorithm) => [algorithm.name, algorithm] as const))('%s', (_name, algorithm) => {
  const { fields, engines } = algorithm
  const options = Object.values(engines).map((engine) => engine.options)

  it('has settings and options whose names nothing else uses', () => {
    const taken = new Set(ofRuns)
    for (const name of [fields, ...options].flatMap((group) => Object.keys(group))) {
      expect({ name, free: !taken.has(name) }).toEqual({ name, free: true })
      taken.add(name)
    }
  })

  it('has a description of one line for everything, and a source for each default', () => {
    const lines = [algorithm.about, ...Object.values(engines).map(({ about }) => about)]
    for (const { about, origin } of [fields, ...options].flatMap((group: SettingFields) => Object.values(group))) {
      lines.push(about)
      expect(origin).not.toBe('')
    }
    for (const line of lines) expect(line).toMatch(/^\S.{2,118}[^.\s]$/)
  })

  it('has defaults that its codecs take, and an option for each setting', () => {
    for (const group of [fields, ...options]) {
      expect(isRight(decode(closed(codecsOf(group)))(defaultsOf(group)))).toBe(true)
      for (const name of Object.keys(group)) expect(trainFields).toHaveProperty(name)
    }
  })

  it('has defaults for each task that its codecs take, and that differ only in the settings that depend on the task', () => {
    for (const spec of specs) {
      const { settings, origin } = algorithm.defaultsFor(spec)
      expect(decode(closed(codecsOf(fields)))(settings)).toEqual(right(settings))
      expect(origin).not.toBe('')
      for (const [name, field] of Object.entries(fields)) {
        if (field.byTask === undefined) expect(settings[name]).toEqual(field.default)
      }
      expect(algorithm.conflicts?.(settings) ?? []).toEqual([])
    }
  })

  it.each(Object.keys(engines))(
    'on %s has a run of each task, and returns the memory that it needs',
    async (engine) => {
      for (const spec of specs) {
        const run = defaultsFor(spec, algorithm, engine)
        expect(decode(runSettings)(run)).toEqual(right(run))
        for (const { setting, bytes, limit } of await engines[engine].memory(spec, run.settings)) {
          expect(fields).toHaveProperty(setting)
          expect(bytes).toBeGreaterThan(0)
          expect(bytes).toBeLessThan(limit)
        }
      }
    },
  )
})
