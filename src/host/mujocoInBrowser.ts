/**
 * MuJoCo in a browser: `mujoco.js` and `mujoco.wasm`, loaded when a task is opened.
 *
 * They are not part of a bundle: the first imports a module of Node that bundlers for browsers do not find, and the second has 10 MB. A
 * bundler with assets (Vite, webpack) serves both and replaces the two addresses below; with any other bundler, copy both files beside
 * the script or the page.
 */
import type { MainModule } from '@mujoco/mujoco'

/** The addresses of the two files. */
interface Place {
  readonly program: string
  readonly binary: string
}

interface Program {
  readonly default: (options: { readonly locateFile: () => string }) => Promise<MainModule>
}

const PACKAGE = '@mujoco/mujoco'

/** The addresses that a bundler has put in; null if it left them unchanged. */
const bundledPlace = (): Place | null => {
  const program = new URL('@mujoco/mujoco', import.meta.url).href
  const binary = new URL('@mujoco/mujoco/mujoco.wasm', import.meta.url).href
  return program.endsWith(PACKAGE) ? null : { program, binary }
}

const placeBeside = (address: string): Place => ({
  program: new URL('mujoco.js', address).href,
  binary: new URL('mujoco.wasm', address).href,
})

/** The addresses of this script and of the page or the worker. A script that is not a module has no address. */
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
 * Loads MuJoCo from the address that the bundler has put in, otherwise from beside the script, otherwise from beside the page.
 *
 * Fails: rejects with the addresses that were tried and what to copy there.
 */
export const mujocoInBrowser = async (): Promise<MainModule> => {
  const found = addresses()
  const bundled = found.length > 1 ? bundledPlace() : null
  const places = bundled === null ? found.map(placeBeside) : [bundled]
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
