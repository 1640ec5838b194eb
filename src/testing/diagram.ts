/** A picture of timelines, as data: what came in, what came out, and what else could be seen meanwhile. */

/** A word about one frame. */
export interface Note {
  readonly frame: number
  readonly text: string
}

/** One row of a diagram: a timeline in marbles, or words in the frames that they belong to. */
export interface Lane {
  readonly name: string
  readonly marbles?: string
  readonly notes?: readonly Note[]
}

/** Timelines one above the other. The lane that is named as the `title` is what the operator said. */
export interface Diagram {
  readonly title: string
  readonly lanes: readonly Lane[]
}

/**
 * A diagram as text, the way that a doc comment shows it.
 *
 *     source  --a-----b-----t--|
 *     update  --a-----b-----t--|
 *     report    null  yes   yes
 *
 * Fails: throws when a note runs into the next one, naming both.
 */
export const diagramText = ({ lanes }: Diagram): string => {
  const margin = Math.max(...lanes.map(({ name }) => name.length)) + 2
  return lanes.map((lane) => `${lane.name.padEnd(margin)}${lane.marbles ?? written(lane)}`).join('\n')
}

const written = ({ name, notes = [] }: Lane): string =>
  notes.reduce((line, { frame, text }, place) => {
    if (line.length > 0 && line.length >= frame) {
      throw new Error(`diagram: ${name}: "${notes[place - 1].text}" runs into "${text}" in frame ${frame}`)
    }
    return line.padEnd(frame) + text
  }, '')
