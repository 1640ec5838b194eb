/** The page of each operator: its doc comment, its picture as it really comes out, and its declaration. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { type Diagram, diagramText } from '../../src/testing/diagram.js'
import { marbleSvg } from '../../src/testing/marbleSvg.js'
import { type DocComment, docOf, readDoc, sourceOf } from './docComment.js'
import type { Scenario } from './scenario.js'

const path = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const textOf = (name: string): string => readFileSync(path(name), 'utf8')

/** The operators that `rivulet/operators` exports, by name. */
export const operatorNames: readonly string[] = [...textOf('operators/index.ts').matchAll(/from '\.\/(\w+)\.js'/g)]
  .map(([, name]) => name)
  .toSorted()

/** Files of a folder with this ending, without it. */
export const named = (folder: string, ending: string): readonly string[] =>
  readdirSync(path(folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .toSorted()

/** An operator's doc comment. */
export const docOfOperator = (name: string): DocComment => readDoc(docOf(textOf(`operators/${name}.ts`), name))

/** What an operator did, played just now. */
export const diagramOf = async (name: string): Promise<Diagram> => {
  const { scenario } = (await import(`../operators/${name}.scenario.ts`)) as { readonly scenario: Scenario }
  const lanes = scenario(sourceOf(docOfOperator(name)))
  const title = lanes.find((lane) => lane.name.replace(/\(.*/, '') === name)?.name
  if (title === undefined) throw new Error(`${name}: its scenario has no lane of that name`)
  return { title, lanes }
}

/** The operator's declaration, as the compiler wrote it, without comments. */
const declarationOf = async (name: string): Promise<string> => {
  const declared = textOf(`dist/operators/${name}.d.ts`)
    .replaceAll(/\/\*\*[\s\S]*?\*\/\n?/g, '')
    .split('\n')
    .filter((line) => !/^(import|\/\/#)/.test(line.trim()))
    .join('\n')
    .replaceAll('export declare ', '')
    .replaceAll('export ', '')
  return (
    await format(declared, {
      ...(await resolveConfig(path('operators/index.ts'))),
      printWidth: 100,
      parser: 'typescript',
    })
  ).trim()
}

/** Operators that one's doc comment names, or whose doc comments name it. */
const seeAlso = (name: string): readonly string[] => {
  const names = (from: string, to: string): boolean =>
    docOf(textOf(`operators/${from}.ts`), from)
      .join('\n')
      .includes(`\`${to}\``)
  return operatorNames.filter((other) => other !== name && (names(name, other) || names(other, name)))
}

const capitalized = (text: string): string => `${text[0].toUpperCase()}${text.slice(1)}`

/** The page, in Markdown. */
export const pageOf = async (name: string): Promise<string> => {
  const { sentence, legend, paragraphs, sections } = docOfOperator(name)
  const { title, lanes } = await diagramOf(name)
  const others = seeAlso(name).map((other) => `[${other}](${other}.md)`)
  return `${[
    `# ${name}`,
    sentence,
    `![Marble diagram of ${title}, with the lanes ${lanes.map((lane) => lane.name).join(', ')}](${name}.svg)`,
    ...(legend.length === 0 ? [] : [legend.map((line) => `${capitalized(line)}.`).join(' ')]),
    ...paragraphs,
    ...Object.entries(sections).map(([section, text]) => `**${section}.** ${capitalized(text)}`),
    `\`\`\`ts\n${await declarationOf(name)}\n\`\`\``,
    ...(others.length === 0 ? [] : [`See also ${others.join(', ')}.`]),
    `[Source](../../operators/${name}.ts); [all operators](../operators.md). In a checkout, \`test/operators/${name}.test.ts\` tests it, and \`npm run docs\` makes this page and its picture from \`test/operators/${name}.scenario.ts\`.`,
  ].join('\n\n')}\n`
}

/** The picture, as text and as SVG. */
export const pictureOf = async (name: string): Promise<{ readonly text: string; readonly svg: string }> => {
  const diagram = await diagramOf(name)
  return { text: diagramText(diagram), svg: marbleSvg(diagram) }
}
