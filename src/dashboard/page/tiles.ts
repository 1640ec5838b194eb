/** The numbers at the top of the page. */
import type { Status } from '../frames.js'
import { byId, element, setText } from './elements.js'
import { bytesText, countText, returnText, timeText } from './text.js'

/** One number: its name, its text, and what stands below it. */
export interface Tile {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly more: string
}

/** The numbers of a run at present. */
export const tilesOf = ({ progress, beats, ending }: Status): readonly Tile[] => {
  const tiles: Tile[] = []
  const tile = (id: string, name: string, value: string, more = ''): void => void tiles.push({ id, name, value, more })
  if (progress !== null) {
    const { steps, total, episodes, meanReturn, seconds, secondsLeft, memoryBytes } = progress
    const pace = ending === null ? (progress.recentStepsPerSecond ?? progress.stepsPerSecond) : progress.stepsPerSecond
    tile('steps', 'Steps', countText(steps), total === null ? '' : `of ${countText(total)}`)
    tile(
      'pace',
      'Steps per second',
      countText(pace),
      ending === null ? `${countText(progress.stepsPerSecond)} overall` : 'in the whole run',
    )
    tile(
      'time',
      'Time',
      timeText(seconds),
      secondsLeft === null || ending !== null ? '' : `${timeText(secondsLeft)} left`,
    )
    tile('episodes', 'Episodes', countText(episodes))
    tile(
      'meanReturn',
      'Mean return',
      meanReturn === null ? '–' : returnText(meanReturn),
      episodes === 0
        ? 'no episode has ended yet'
        : episodes === 1
          ? 'of one episode'
          : `of the last ${Math.min(10, episodes)}`,
    )
    if (memoryBytes !== null) tile('memory', 'Memory', bytesText(memoryBytes), 'of the process')
  }
  if (beats !== null) {
    tile(
      'beats',
      'Beats missed',
      countText(beats.misses),
      `of ${countText(beats.beats)}; 99 % within ${beats.lateness.p99.toFixed(1)} ms`,
    )
  }
  return tiles
}

/** Shows them; elements are kept, and only texts that changed are set. */
export const showTiles = (status: Status): void => {
  const list = byId('tiles')
  for (const { id, name, value, more } of tilesOf(status)) {
    const known = list.querySelector<HTMLElement>(`[data-tile="${id}"]`)
    const tile = known ?? element('div', '', element('dt', '', name), element('dd', 'value'), element('dd', 'more'))
    if (known === null) {
      tile.dataset['tile'] = id
      list.append(tile)
    }
    const [shown, below] = tile.querySelectorAll<HTMLElement>('dd')
    setText(shown, value)
    setText(below, more)
  }
}
