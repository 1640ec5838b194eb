/** What the infrared receivers of a Create 2 hear. */

/** A character of an infrared receiver. The fields of a dock are false for every other sender. */
export interface InfraredMessage {
  readonly sender: 'none' | 'dock' | 'virtualWall' | 'remote' | 'other'
  /** The field close to the dock, about half a meter around it. */
  readonly forceField: boolean
  /** The beam on the right of the dock, seen from a robot that faces it. */
  readonly greenBuoy: boolean
  /** The beam on the left of the dock, seen from a robot that faces it. */
  readonly redBuoy: boolean
}

const [DOCK_600, DOCK_OLDER] = [160, 240]

/**
 * Decodes the character of a receiver. A dock of the Roomba 600 sends 160 plus 1 for the force field, 4 for the green and 8 for the red
 * buoy; an older dock 240 plus 2, 4 and 8. The prefix is checked, so that a key of a remote control (129 to 143) is no dock.
 */
export const infraredMessage = (character: number): InfraredMessage => {
  const none = { forceField: false, greenBuoy: false, redBuoy: false }
  if (character === 0) return { sender: 'none', ...none }
  if (character === 162) return { sender: 'virtualWall', ...none }
  if (character >= 129 && character <= 143) return { sender: 'remote', ...none }
  const [base, field] = character >= DOCK_OLDER ? [DOCK_OLDER, 2] : [DOCK_600, 1]
  const bits = character - base
  // Beside the prefix a dock sends these three bits alone.
  if (bits <= 0 || bits > 15 || (bits & ~(field | 12)) !== 0) return { sender: 'other', ...none }
  return {
    sender: 'dock',
    forceField: (bits & field) !== 0,
    greenBuoy: (bits & 4) !== 0,
    redBuoy: (bits & 8) !== 0,
  }
}
