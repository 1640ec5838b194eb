/** What makes a file of frames. */

/** A film while it is written. */
export interface FilmWriter {
  /** Takes a frame: red, green, blue and 255 of each pixel, from the top left on. The array can be used again. */
  add(rgba: Uint8ClampedArray): void
  /** The bytes of the file. At least one frame was added, and no further call follows. */
  finish(): Uint8Array
}
