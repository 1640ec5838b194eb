/** The part of gifenc that films use; the package has no types of its own. */
declare module 'gifenc' {
  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { readonly delay: number; readonly palette?: readonly number[][] },
    ): void
    finish(): void
    bytes(): Uint8Array
  }
  interface Functions {
    GIFEncoder(): Encoder
    quantize(rgba: Uint8ClampedArray, colors: number): number[][]
    applyPalette(rgba: Uint8ClampedArray, palette: readonly number[][]): Uint8Array
  }
  export const GIFEncoder: Functions['GIFEncoder']
  export const quantize: Functions['quantize']
  export const applyPalette: Functions['applyPalette']
  const functions: Functions
  export default functions
}
