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
