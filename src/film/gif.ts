/** Animated GIFs, by gifenc. */
import type { FilmWriter } from './filmWriter.js'

/** Colors of a GIF. */
const COLORS = 256

/** The package. Node has its functions in `default` alone, since it is CommonJS; bundlers have them beside it. */
const gifenc = async () => {
  const loaded = await import('gifenc')
  return Object.hasOwn(loaded, 'quantize') ? loaded : loaded.default
}

/**
 * A writer of animated GIFs, which repeat for ever. All frames share 256 colors, which are chosen for `samples`, some of its frames, so that
 * nothing flickers. A GIF counts in hundredths of a second: frames whose time is no whole number of them differ by one, and none is more than
 * half of one too early or too late.
 */
export const gif = async (
  width: number,
  height: number,
  fps: number,
  samples: readonly Uint8ClampedArray[],
): Promise<FilmWriter> => {
  const { GIFEncoder, applyPalette, quantize } = await gifenc()
  const pixels = new Uint8ClampedArray(samples.reduce((sum, { length }) => sum + length, 0))
  samples.reduce((at, each) => {
    pixels.set(each, at)
    return at + each.length
  }, 0)
  const palette = quantize(pixels, COLORS)
  const encoder = GIFEncoder()
  const hundredths = (frames: number): number => Math.round((100 * frames) / fps)
  let frames = 0
  return {
    add: (rgba) => {
      const delay = 10 * (hundredths(frames + 1) - hundredths(frames))
      // The colors of the first frame are those of the file.
      encoder.writeFrame(applyPalette(rgba, palette), width, height, frames === 0 ? { delay, palette } : { delay })
      frames += 1
    },
    finish: () => {
      encoder.finish()
      return encoder.bytes()
    },
  }
}
