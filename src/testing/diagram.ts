/** A picture of timelines, as data: the source, the result, and what else happened in the same frames. */

/** A short text about one frame. */
export interface Note {
  readonly frame: number
  readonly text: string
}

/** One row of a diagram: a timeline in marbles, or notes in their frames. */
export interface Lane {
  readonly name: string
  /** The timeline. By default the row has notes instead. */
  readonly marbles?: string
  /** The notes; none by default. */
  readonly notes?: readonly Note[]
}

/** Timelines one above the other. The lane whose name is the `title` is the operator's output. */
export interface Diagram {
  readonly title: string
  readonly lanes: readonly Lane[]
}

/**
 * A diagram as text, as a doc comment shows it.
 *
 *     source  --a-----b-----t--|
 *     update  --a-----b-----t--|
 *     report    null  yes   yes
 *
 * Fails: throws if a note reaches into the next one, and names both.
 */
export const diagramText = ({ lanes }: Diagram): string => {
  const margin = Math.max(...lanes.map(({ name }) => name.length)) + 2
  return lanes.map((lane) => `${lane.name.padEnd(margin)}${lane.marbles ?? notesText(lane)}`).join('\n')
}

const notesText = ({ name, notes = [] }: Lane): string =>
  notes.reduce((line, { frame, text }, place) => {
    if (line.length > 0 && line.length >= frame) {
      throw new Error(`diagram: ${name}: "${notes[place - 1].text}" runs into "${text}" in frame ${frame}`)
    }
    return line.padEnd(frame) + text
  }, '')
