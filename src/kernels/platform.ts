/** The part of the WebAssembly interface that kernels use: TypeScript declares it for browsers only, but Node has it as well. */

/** A memory of WebAssembly; its buffer is a SharedArrayBuffer if two threads share it. */
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

/** The platform's WebAssembly; undefined if it has none. */
export const platform = (globalThis as { readonly WebAssembly?: WebAssemblyPlatform }).WebAssembly
