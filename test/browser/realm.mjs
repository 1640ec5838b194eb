/**
 * Runs a script as a page would, in a realm without anything of Node's: `node --experimental-vm-modules realm.mjs FOLDER SCRIPT`.
 * The folder is what the page's server serves. Each thing that the script logs is printed as a line of JSON, until it calls `close`.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import vm from 'node:vm'

const [folder, script] = process.argv.slice(2)
const origin = 'http://page.test'
const served = (url) => readFile(join(folder, new URL(url).pathname))
const print = (value) => console.log(JSON.stringify(value))
const realm = vm.createContext({
  console: { log: print, warn: print, error: print },
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  queueMicrotask,
  structuredClone,
  performance: { now: () => performance.now() },
  MessageChannel,
  atob,
  TextDecoder,
  TextEncoder,
  URL,
  Response,
  fetch: async (url) => new Response(await served(url), { headers: { 'content-type': 'application/wasm' } }),
  location: { href: `${origin}/index.html` },
  // As much of a document as Vite's own code looks at, which announces the parts of a page to the browser before it imports them.
  document: {
    baseURI: `${origin}/index.html`,
    createElement: () => ({ relList: { supports: () => true } }),
    getElementsByTagName: () => [],
    querySelector: () => null,
    head: { appendChild: () => {} },
  },
  close: () => process.exit(),
})
realm.window = realm

const read = async (url) =>
  new vm.SourceTextModule(String(await served(url)), {
    context: realm,
    identifier: url,
    initializeImportMeta: (meta) => void (meta.url = url),
    importModuleDynamically: (specifier) => {
      if (!/^(http:|\.|\/)/.test(specifier)) throw new TypeError(`Failed to resolve module specifier '${specifier}'`)
      return load(new URL(specifier, url).href)
    },
  })
/** Each module once, as a page has it. */
const modules = new Map()
const moduleAt = (url) => modules.get(url) ?? modules.set(url, read(url)).get(url)
const load = async (url) => {
  const module = await moduleAt(url)
  if (module.status === 'unlinked')
    await module.link((specifier, { identifier }) => moduleAt(new URL(specifier, identifier).href))
  await module.evaluate()
  return module
}
await load(`${origin}/${script}`)
