/**
 * Finds the defaults that sources give to options, and the options whose doc comment does not name its default.
 *
 * It reads sources without a compiler, by their brackets: types are looked up by name. A default is found in a pattern with a type,
 * `({ patience = 10_000 }: LinkOptions)`, in one of a typed value, `const { longest = 100 } = options`, and in `options.low ?? 0`.
 */

/** A source with its path. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** A default that some code gives to an option. */
export interface OptionDefault {
  readonly file: string
  readonly type: string
  readonly option: string
  readonly value: string
  /** The file and the doc comment of the option's declaration. */
  readonly declaredIn: string
  readonly doc: string
}

interface Member {
  readonly file: string
  readonly optional: boolean
  readonly type: string
  readonly doc: string
}

interface Declaration {
  readonly exported: boolean
  readonly members: ReadonlyMap<string, Member>
  /** Names of the types that it extends or joins. */
  readonly bases: readonly string[]
}

/** Replaces comments and the contents of strings, templates and regular expressions by blanks, at the same length. */
export const masked = (text: string): string => {
  const pattern =
    /\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{;]\s*|return |=> )\/(?![*/])(?:\[(?:[^\]\\\n]|\\.)*\]|[^/\\\n[]|\\.)+\/[a-z]*/g
  return text.replaceAll(pattern, (part) => part.replaceAll(/[^\n]/g, ' '))
}

const opening = '{(['
const closing = '})]'

/** The index of the bracket that closes the one at `open`. */
const closeOf = (code: string, open: number): number => {
  let depth = 0
  for (let i = open; i < code.length; i++) {
    if (opening.includes(code[i])) depth += 1
    else if (closing.includes(code[i]) && --depth === 0) return i
  }
  return code.length
}

/** The ranges between separators outside of brackets; the arrow of a function closes no bracket. */
const split = (code: string, from: number, to: number, separators: string): readonly (readonly [number, number])[] => {
  const ranges: (readonly [number, number])[] = []
  let depth = 0
  let start = from
  for (let i = from; i < to; i++) {
    const isArrow = code[i] === '>' && code[i - 1] === '='
    if (opening.includes(code[i]) || code[i] === '<') depth += 1
    else if (closing.includes(code[i]) || (code[i] === '>' && !isArrow)) depth -= 1
    else if (depth <= 0 && separators.includes(code[i])) {
      ranges.push([start, i])
      start = i + 1
    }
  }
  return [...ranges, [start, to]]
}

/** The doc comment that ends where a member begins, as one line. */
const docBefore = (text: string, index: number): string => {
  const doc = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(text.slice(0, index))
  return doc === null ? '' : doc[1].replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim()
}

const builtIn = new Set(['Pick', 'Omit', 'Partial', 'Required', 'Readonly', 'Record', 'NoInfer', 'Extract', 'Exclude'])

/** Names of types in the text of a type. */
const typeNames = (type: string): readonly string[] =>
  [...type.matchAll(/\b[A-Z]\w*/g)].map(([name]) => name).filter((name) => !builtIn.has(name))

const membersOf = ({ file, text }: Source, code: string, open: number): readonly (readonly [string, Member])[] =>
  split(code, open + 1, closeOf(code, open), '\n;').flatMap(([start, end]) => {
    const member = /^\s*(?:readonly )?(\w+)(\??):\s*(.*)$/s.exec(code.slice(start, end))
    if (member === null) return []
    const begin = start + code.slice(start, end).search(/\S/)
    const [, name, optional, type] = member
    return [[name, { file, optional: optional === '?', type, doc: docBefore(text, begin) }]]
  })

/** Interfaces and object types by their name; of several of one name, all members. */
const declarationsOf = (sources: readonly Source[]): ReadonlyMap<string, Declaration> => {
  const found = new Map<string, Declaration>()
  for (const source of sources) {
    const code = masked(source.text)
    for (const match of code.matchAll(/^(?:export )?(?:interface|type) (\w+)/gm)) {
      const isInterface = match[0].includes('interface')
      const body = code.indexOf('{', match.index)
      const next = code.slice(match.index + 1).search(/^(?:export|interface|type|const|function|class)\b/m)
      const end = next < 0 ? code.length : match.index + 1 + next
      if (body < 0 || body > end) continue
      const head = code.slice(match.index + match[0].length, isInterface ? body : end)
      const earlier = found.get(match[1])
      found.set(match[1], {
        exported: match[0].startsWith('export') || earlier?.exported === true,
        members: new Map([...(earlier?.members ?? []), ...membersOf(source, code, body)]),
        bases: [...(earlier?.bases ?? []), ...typeNames(head)],
      })
    }
  }
  return found
}

/** Elements of a pattern that have a default: name and value. */
const elementsOf = (text: string, code: string, open: number): readonly (readonly [name: string, value: string])[] =>
  split(code, open + 1, closeOf(code, open), ',').flatMap(([start, end]) => {
    const element = /^\s*(\w+)(?:: \w+)? = (?=\S|\s)/.exec(code.slice(start, end))
    if (element === null) return []
    return [[element[1], text.slice(start + element[0].length, end).trim()]]
  })

/** The text of a type that begins at `from`: up to the end of its parameter. */
const typeAt = (code: string, from: number): string => {
  const [[start, end]] = split(code, from, Math.min(code.length, from + 400), ',)=')
  return code.slice(start, end)
}

/** Finds every default of an optional member of an exported type. */
export const optionDefaults = (sources: readonly Source[]): readonly OptionDefault[] => {
  const declarations = declarationsOf(sources)
  const memberOf = (type: string, option: string, seen: ReadonlySet<string> = new Set()): Member | null => {
    const declaration = declarations.get(type)
    if (declaration === undefined || seen.has(type)) return null
    const own = declaration.members.get(option)
    if (own !== undefined) return own
    for (const base of declaration.bases) {
      const inherited = memberOf(base, option, new Set([...seen, type]))
      if (inherited !== null) return inherited
    }
    return null
  }

  return sources.flatMap(({ file, text }) => {
    const code = masked(text)
    const found: OptionDefault[] = []
    const add = (types: readonly string[], option: string, value: string): void => {
      for (const type of types) {
        const member = memberOf(type, option)
        if (member === null || !member.optional || declarations.get(type)?.exported !== true) continue
        found.push({ file, type, option, value, declaredIn: member.file, doc: member.doc })
        return
      }
    }
    /** Types of a value, by its annotation or, of a destructured option, by the option's declaration. */
    const typesOf = (name: string, before: number): readonly string[] => {
      const annotated = [...code.slice(0, before).matchAll(new RegExp(`\\b${name}\\??: `, 'g'))].at(-1)
      const written = annotated === undefined ? [] : typeNames(typeAt(code, annotated.index + annotated[0].length))
      if (written.some((type) => declarations.has(type))) return written
      const options = [...declarations.values()].flatMap(({ members }) => members.get(name)?.type ?? [])
      return options.flatMap(typeNames)
    }
    for (let open = code.indexOf('{'); open >= 0; open = code.indexOf('{', open + 1)) {
      const close = closeOf(code, open)
      const after = code.slice(close + 1, close + 120)
      const elements = elementsOf(text, code, open)
      if (elements.length === 0) continue
      const bound = /^ = (\w+)\b(?!\()/.exec(after)
      if (after.startsWith(': ')) {
        for (const [name, value] of elements) add(typeNames(typeAt(code, close + 3)), name, value)
      } else if (/(?:const|let) $/.test(code.slice(0, open)) && bound !== null) {
        for (const [name, value] of elements) add(typesOf(bound[1], open), name, value)
      }
    }
    for (const match of code.matchAll(/\b(\w+)\.(\w+) \?\? /g)) {
      const begin = match.index + match[0].length
      const [[start, end]] = split(code, begin, Math.min(code.length, begin + 200), ',;)\n')
      add(typesOf(match[1], match.index), match[2], text.slice(start, end).trim())
    }
    return found
  })
}

/** The value of a number as sources write it, such as `10_000` or `2 ** 16 - 1`; null for anything else. */
const numberOf = (value: string): number | null => {
  const power = /^(\d+) \*\* (\d+)(?: - (\d+))?$/.exec(value)
  if (power !== null) return Number(power[1]) ** Number(power[2]) - Number(power[3] ?? 0)
  return /^-?[\d_.]+(e-?\d+)?$/.test(value) ? Number(value.replaceAll('_', '')) : null
}

/** Whether the doc comment of an option names its default: the value, if it is a literal, and the word default. */
export const namesDefault = ({ value, doc }: Pick<OptionDefault, 'value' | 'doc'>): boolean => {
  if (!/\bdefault/i.test(doc)) return false
  const number = numberOf(value)
  if (number !== null) {
    // Digits may stand in groups: 10 000, 10,000.
    const numbers = doc.replaceAll(/(?<=\d)[ ,_](?=\d{3})/g, '').match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g) ?? []
    return numbers.some((each) => Number(each) === number)
  }
  const literal = /^'([^']*)'(?: as const)?$/.exec(value)?.[1] ?? /^-?(Infinity|true|false)$/.exec(value)?.[1]
  return literal === undefined || doc.includes(literal === '\\n' ? 'newline' : literal)
}
