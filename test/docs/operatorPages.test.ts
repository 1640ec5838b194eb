/** Pages and pictures are what the operators do now; `npm run docs` writes them anew. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { docOfOperator, named, operatorNames, pageOf, pictureOf } from './operatorPages.js'

test('every operator has a page, a picture and a scenario, and nothing else has', () => {
  expect(named('docs/operators', '.md')).toEqual(operatorNames)
  expect(named('docs/operators', '.svg')).toEqual(operatorNames)
  expect(named('test/operators', '.scenario.ts')).toEqual(operatorNames)
  expect(named('operators', '.ts').filter((name) => name !== 'index')).toEqual(operatorNames)
})

test('the table of operators leads to every page, and to no other', () => {
  const table = readFileSync(new URL('../../docs/operators.md', import.meta.url), 'utf8')
  const linked = [...table.matchAll(/^\| \[`(\w+)[^\]]*\]\(operators\/(\w+)\.md\)/gm)]
  expect(linked.map(([, name]) => name).toSorted()).toEqual(operatorNames)
  for (const [, name, page] of linked) expect(page).toBe(name)
})

describe.each(operatorNames)('%s', (name) => {
  test('does what the text timeline of its doc comment shows', async () => {
    expect((await pictureOf(name)).text).toBe(docOfOperator(name).picture.join('\n'))
  })

  test('is pictured as it is', async () => {
    await expect((await pictureOf(name)).svg).toMatchFileSnapshot(`../../docs/operators/${name}.svg`)
  })

  test('has a page with the text of its doc comment', async () => {
    await expect(await pageOf(name)).toMatchFileSnapshot(`../../docs/operators/${name}.md`)
  })
})
