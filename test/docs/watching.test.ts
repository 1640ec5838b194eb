/** The commands of docs/watching.md are ones that the command takes; its picture is what the page says. */
import { readFileSync } from 'node:fs'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { parse } from '../../src/cli/parse.js'
import { tasksWithoutScene } from '../../src/runs/visibleTask.js'
import { decodedGif } from '../film/decoded.js'
import { codeBlocks } from './codeBlocks.js'

const page = readFileSync('docs/watching.md', 'utf8')
const lines = codeBlocks('docs/watching.md', 'sh').flatMap((block) => block.trim().split('\n'))

describe('docs/watching.md', () => {
  test.each(lines)('%s', (line) => {
    const [npx, program, ...words] = line.split(' ')
    expect([npx, program]).toEqual(['npx', 'rivulet'])
    expect(isRight(parse(words))).toBe(true)
  })

  test('has the film of its command', () => {
    const film = lines.find((line) => line.includes(' film '))
    const [, width, height, fps] = /--width (\d+) --height (\d+) --fps (\d+)/.exec(film ?? '') ?? []
    const [said] = codeBlocks('docs/watching.md', 'text')
    const [, seconds, pictures] = /^cheetah\.gif: ([\d.]+) s of .*; (\d+) pictures/.exec(said) ?? []
    const decoded = decodedGif(readFileSync('docs/pictures/cheetah.gif'))
    expect([decoded.width, decoded.height, decoded.frames.length]).toEqual([width, height, pictures].map(Number))
    expect(decoded.frames.length / Number(fps)).toBe(Number(seconds))
  })

  test('names the tasks without a scene', async () => {
    const named = (await tasksWithoutScene()).filter((id) => !id.startsWith('Dot'))
    for (const id of named) expect(page).toContain(`\`${id}\``)
    expect(named).toHaveLength(2)
  })
})
