/** Plays a clip: which frame is shown at which time. It knows no page and no clock. */

/** Speeds that can be chosen; 1 is real time. */
export const speeds = [0.1, 0.25, 0.5, 1, 2, 4, 8] as const

/** Seconds for which the last frame stays before the next clip begins. */
const REST = 0.6

/** A player. */
export interface Player {
  /** The frame that is shown, from 0 up. */
  readonly frame: number
  readonly isPaused: boolean
  readonly speed: number
  /** Real seconds until the last frame is reached; Infinity while it is paused. */
  readonly secondsLeft: number
  /** Whether the last frame was shown for long enough. */
  readonly isOver: boolean
  /** Begins a clip of so many frames. */
  begin(frames: number, stepSeconds: number): void
  /** Lets real seconds pass. */
  pass(seconds: number): void
  setPaused(isPaused: boolean): void
  /** Goes to the next speed, up or down. */
  changeSpeed(by: 1 | -1): void
  setSpeed(speed: number): void
  /** Goes to a frame, the nearest one that there is. */
  seek(frame: number): void
}

/** A player without a clip. */
export const player = (): Player => {
  let frames = 1
  let stepSeconds = 1
  let at = 0
  let isPaused = false
  let speed = 1
  /** Real seconds since the last frame was reached. */
  let rested = 0
  const end = (): number => (frames - 1) * stepSeconds
  return {
    get frame() {
      // A frame is shown from its time on; the sum of passed times may be a little less.
      return Math.min(frames - 1, Math.floor(at / stepSeconds + 1e-6))
    },
    get isPaused() {
      return isPaused
    },
    get speed() {
      return speed
    },
    get secondsLeft() {
      return isPaused ? Infinity : (end() - at) / speed
    },
    get isOver() {
      return !isPaused && at >= end() && rested >= REST
    },
    begin: (length, seconds) => {
      ;[frames, stepSeconds, at, rested] = [length, seconds, 0, 0]
    },
    pass: (seconds) => {
      if (isPaused) return
      if (at >= end()) rested += seconds
      at = Math.min(end(), at + seconds * speed)
    },
    setPaused: (now) => {
      isPaused = now
      rested = 0
    },
    changeSpeed: (by) => {
      const place = speeds.findIndex((each) => each === speed)
      speed = speeds[Math.min(speeds.length - 1, Math.max(0, place + by))]
    },
    setSpeed: (now) => {
      speed = now
    },
    seek: (frame) => {
      at = Math.min(frames - 1, Math.max(0, frame)) * stepSeconds
      rested = 0
    },
  }
}
