/** The pictures of real time, from what a world in real time did just now; `npm run docs` writes them anew. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Overrun } from '../../src/time/realtime.js'
import type { Hold } from '../../src/time/schedule.js'
import { type Diagram, diagramText } from '../../src/testing/diagram.js'
import { marbleSvg } from '../../src/testing/marbleSvg.js'
import { drawSteps, playRealtime } from '../time/realtimeRun.js'

const [cycle, span] = [4, 20]
const play = (options: { readonly overrun?: Overrun; readonly hold?: Hold }) =>
  playRealtime({ cycle, ...options }, { manner: 'answers late', takes: (index) => (index === 1 ? 6 : 0) }, span)

/** Whether the timelines of the doc comment are these, however wide its column of names. */
const expectPictured = (diagram: Diagram): void => {
  const narrow = (row: string): string => row.replace(/^ \* {5}/, '').replace(/ +/, ' ')
  const rows = readFileSync(new URL('../../src/time/realtime.ts', import.meta.url), 'utf8')
    .split('\n')
    .map(narrow)
  for (const row of diagramText(diagram).split('\n').map(narrow)) {
    expect(rows.filter((pictured) => pictured.startsWith(row))).not.toEqual([])
  }
}

test('what becomes of a beat that the agent misses', async () => {
  const due = Array.from({ length: span + 1 }, (_, column) => (column % cycle === 0 ? '|' : '-')).join('')
  const lanes = (['skip', 'stretch', 'fail'] as const).map((overrun) => ({
    name: overrun,
    marbles: drawSteps(play({ overrun })),
  }))
  const diagram = { title: 'realtime, by overrun', lanes: [{ name: 'due', marbles: due }, ...lanes] }
  expectPictured(diagram)
  await expect(marbleSvg(diagram)).toMatchFileSnapshot('../../docs/time/overrun.svg')
})

test('what the world is under meanwhile', async () => {
  const letter = (command: number): string => (command === 0 ? '0' : String.fromCharCode(64 + command))
  const lanes = (['last', 'zero', 'stop'] as const).map((hold) => ({
    name: hold,
    notes: play({ hold }).commands.map(([frame, command]) => ({ frame, text: letter(command) })),
  }))
  const diagram = { title: 'realtime, by hold', lanes: [{ name: 'skip', marbles: drawSteps(play({})) }, ...lanes] }
  expectPictured({ ...diagram, lanes: diagram.lanes.filter(({ name }) => name !== 'stop') })
  await expect(marbleSvg(diagram)).toMatchFileSnapshot('../../docs/time/hold.svg')
})
