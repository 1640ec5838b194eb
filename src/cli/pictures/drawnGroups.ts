/** The names and looks of the groups of an experiment. */
import type { Group } from '../../runs/records/experiment.js'
import { valueText } from '../settingText.js'
import { type Look, lookAt } from './look.js'

/** How a group is drawn and named. */
export interface Drawn {
  readonly label: string
  readonly look: Look
}

/** The name of a group: its algorithm, and the settings in which it differs from others: `avg, discount 0.9`. */
export const labelOf = ({ algorithm, differing }: Pick<Group, 'algorithm' | 'differing'>): string =>
  [
    algorithm,
    ...Object.entries(differing).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name} ${valueText(value)}`],
    ),
  ].join(', ')

/** How each group is drawn and named, by its key, in their order. */
export const drawnGroups = (groups: readonly Group[]): ReadonlyMap<string, Drawn> =>
  new Map(groups.map((group, place) => [group.key, { label: labelOf(group), look: lookAt(place) }]))
