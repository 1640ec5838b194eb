/** A doc comment of the house, read into its parts. */

/** What stands in a doc comment, in its order. */
export interface DocComment {
  readonly sentence: string
  /** The rows of its text timeline, without their indentation and their legend. */
  readonly picture: readonly string[]
  /** What stands beside a timeline to explain it. */
  readonly legend: readonly string[]
  readonly paragraphs: readonly string[]
  /** `Memory`, `Numbers` and `Fails`, those that are there. */
  readonly sections: Readonly<Record<string, string>>
}

/** The doc comment above `export const name`, without its stars. */
export const docOf = (source: string, name: string): readonly string[] => {
  const [before] = source.split(new RegExp(`^export const ${name}\\b`, 'm'))
  const opened = before.lastIndexOf('/**')
  if (before.length === source.length || opened < 0) throw new Error(`${name}: no exported const with a doc comment`)
  return before
    .slice(opened + 3)
    .replace(/\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
}

const isIndented = (line: string): boolean => line.startsWith('    ')
/** A timeline, and the words that may stand behind it. */
const explained = /^(\S+(?: \S+)*  +\S*-\S*)(?: {3,}(\S.*))?$/

/** Reads a doc comment; its first indented block is the picture. */
export const readDoc = (lines: readonly string[]): DocComment => {
  const blocks = lines
    .join('\n')
    .trim()
    .split(/\n\s*\n/)
    .map((block) => block.split('\n'))
  const drawn = blocks.findIndex((block) => block.every(isIndented))
  const rows = (blocks[drawn] ?? []).map((line) => line.trim())
  const read = rows.map((row) => explained.exec(row))
  const text = blocks.filter((_, place) => place !== drawn).flatMap((block) => [...block, ''])
  const sections: Record<string, string> = {}
  const paragraphs: string[] = []
  let here: string | null = null
  let paragraph: readonly string[] = []
  for (const line of text) {
    const headed = /^(Memory|Numbers|Fails): (.*)$/.exec(line)
    if (headed !== null) {
      here = headed[1]
      sections[here] = headed[2]
    } else if (line === '') {
      if (paragraph.length > 0) paragraphs.push(paragraph.join('\n'))
      paragraph = []
      here = null
    } else if (here === null) {
      paragraph = [...paragraph, line]
    } else {
      sections[here] += `\n${line}`
    }
  }
  const [sentence = '', ...rest] = paragraphs
  return {
    sentence,
    picture: rows.map((row, place) => read[place]?.[1] ?? row),
    legend: read.flatMap((match) => (match?.[2] === undefined ? [] : [match[2]])),
    paragraphs: rest,
    sections,
  }
}

/** The marbles of the picture's source. */
export const sourceOf = ({ picture }: DocComment): string =>
  picture.flatMap((row) => /^source +(\S+)$/.exec(row)?.[1] ?? [])[0] ?? ''
