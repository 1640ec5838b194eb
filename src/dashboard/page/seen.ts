/** What a page has received: the history of its first frame, and the rows of all later ones. */
import { type History, MOST_EPISODES, MOST_WINDOWS, type RunDescription, type Status, type Update } from '../frames.js'
import { type Thinned, type ThinnedState, emptyThinned, thinned } from '../thinned.js'

/** The run as the page knows it. */
export interface Seen {
  readonly run: RunDescription
  readonly status: Status
  readonly episodes: ThinnedState
  readonly windows: ThinnedState
}

/** Takes in frames. */
export interface Frames {
  history(frame: History): void
  update(frame: Update): void
  readonly seen: Seen
}

/** Without a frame. Memory: as many points as the server has. */
export const frames = (): Frames => {
  let run: RunDescription = { title: 'Rivulet', settings: {} }
  let status: Status = { progress: null, beats: null, ending: null }
  let episodes: Thinned = thinned(MOST_EPISODES)
  let windows: Thinned = thinned(MOST_WINDOWS)
  return {
    history: (frame) => {
      ;({ run, status } = frame)
      episodes = thinned(MOST_EPISODES, frame.episodes ?? emptyThinned)
      windows = thinned(MOST_WINDOWS, frame.windows ?? emptyThinned)
    },
    update: (frame) => {
      ;({ status } = frame)
      frame.episodes.forEach(episodes.add)
      frame.windows.forEach(windows.add)
    },
    get seen() {
      return { run, status, episodes: episodes.state, windows: windows.state }
    },
  }
}
