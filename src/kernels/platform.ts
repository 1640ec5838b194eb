/** The part of the WebAssembly interface that kernels use: TypeScript knows it as a browser's alone, and Node has it as well. */

/** A memory of WebAssembly's; its buffer is a SharedArrayBuffer where two threads share it. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer
}

interface WebAssemblyPlatform {
  validate(bytes: Uint8Array): boolean
  readonly Memory: new (pages: {
    readonly initial: number
    readonly maximum: number
    readonly shared: boolean
  }) => KernelMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  ) => { readonly exports: unknown }
}

/** The platform's WebAssembly; undefined where there is none. */
export const platform = (globalThis as { readonly WebAssembly?: WebAssemblyPlatform }).WebAssembly

/** Which end of a number stands first in memory. */
export type ByteOrder = 'little' | 'big'

/** The byte order of this machine, as `bytes` of the 16-bit number 1 show it. */
export const byteOrder = (bytes: Uint8Array = new Uint8Array(Uint16Array.of(1).buffer)): ByteOrder =>
  bytes[0] === 1 ? 'little' : 'big'
