import { tallyEpisodes } from '../../operators/tallyEpisodes.js'
import { type Scenario, sketch } from '../docs/scenario.js'

/** Two episodes, by their numbers. */
export const scenario: Scenario = (source) => {
  const { lane, notes } = sketch('tallyEpisodes', source, tallyEpisodes())
  const ordinal = (count: number): string => ['1st', '2nd', '3rd'][count - 1] ?? `${count}th`
  return [
    { name: 'source', marbles: source },
    lane,
    notes('episode', ({ episode }) => (episode === null ? 'null' : ordinal(episode.episode))),
  ]
}
