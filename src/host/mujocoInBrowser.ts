/**
 * MuJoCo in a browser: `mujoco.js` and `mujoco.wasm`, loaded when a task asks for them.
 *
 * They are no part of a bundle: the program asks for a module of Node's that bundlers for browsers do not find, and the other
 * has 10 MB. A bundler that knows assets (Vite, webpack) serves both and writes their addresses over the two below; with any other
 * they are copied beside the script or the page.
 */
import type { MainModule } from '@mujoco/mujoco'

/** Where the two files are. */
interface Place {
  readonly program: string
  readonly binary: string
}

interface Program {
  readonly default: (options: { readonly locateFile: () => string }) => Promise<MainModule>
}

const PACKAGE = '@mujoco/mujoco'

/** What a bundler made of the package's addresses; null if it left them as they stand. */
const asBundled = (): Place | null => {
  const program = new URL('@mujoco/mujoco', import.meta.url).href
  const binary = new URL('@mujoco/mujoco/mujoco.wasm', import.meta.url).href
  return program.endsWith(PACKAGE) ? null : { program, binary }
}

const beside = (address: string): Place => ({
  program: new URL('mujoco.js', address).href,
  binary: new URL('mujoco.wasm', address).href,
})

/** The addresses of this script and of the page or the worker; a script that is no module has none. */
const addresses = (): readonly string[] => {
  const script: string | undefined = import.meta.url
  const { document, location } = globalThis as {
    readonly document?: { readonly baseURI: string }
    readonly location?: { readonly href: string }
  }
  return [script, document?.baseURI ?? location?.href].filter((each) => each !== undefined)
}

const load = async ({ program, binary }: Place): Promise<MainModule> => {
  const { default: start } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ program)) as Program
  return start({ locateFile: () => binary })
}

/**
 * Loads MuJoCo from where the bundler put it, else from beside the script, else from beside the page.
 *
 * Fails: rejects with the addresses that were tried and what to copy there.
 */
export const mujocoInBrowser = async (): Promise<MainModule> => {
  const found = addresses()
  const bundled = found.length > 1 ? asBundled() : null
  const places = bundled === null ? found.map(beside) : [bundled]
  let cause: unknown
  for (const place of places) {
    try {
      return await load(place)
    } catch (error) {
      cause = error
    }
  }
  const tried = [...new Set(places.map(({ program }) => program))].join(' nor ')
  throw new Error(
    `MuJoCo does not load from ${tried} (${String(cause)}): copy mujoco.js and mujoco.wasm from node_modules/@mujoco/mujoco there`,
    { cause },
  )
}
