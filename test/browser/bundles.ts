/** Bundles for browsers, as a user makes them: of the package where npm would put it, with default settings and no externals. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** A user's project that holds these files, without any optional peer unless they are `withPeers`. */
export const browserProject = (
  files: Readonly<Record<string, string>>,
  { withPeers = false }: { readonly withPeers?: boolean } = {},
): string => {
  const place = mkdtempSync(join(tmpdir(), 'rivulet-browser-'))
  const modules = join(place, 'node_modules')
  mkdirSync(join(modules, 'rivulet'), { recursive: true })
  for (const name of ['dist', 'package.json']) {
    cpSync(join(root, name), join(modules, 'rivulet', name), { recursive: true })
  }
  const skipped = withPeers ? [] : Object.keys(peerDependencies).filter((name) => name !== 'rxjs')
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name.startsWith('.') || skipped.some((peer) => peer === name || peer.startsWith(`${name}/`))) continue
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    writeFileSync(join(place, name), text)
  }
  return place
}

/** `esbuild FILE --bundle --format=esm --outfile=served/NAME.js`, and MuJoCo's two files beside it. */
export const withEsbuild = async (place: string, name: string): Promise<string> => {
  const served = join(place, 'served')
  await esbuild({
    absWorkingDir: place,
    entryPoints: [`${name}.ts`],
    bundle: true,
    format: 'esm',
    outfile: join(served, `${name}.js`),
    logLevel: 'silent',
  })
  for (const file of ['mujoco.js', 'mujoco.wasm']) {
    cpSync(join(root, 'node_modules', '@mujoco', 'mujoco', file), join(served, file))
  }
  return served
}

/** `vite build` of a page that is this script; gives what it wrote, and the script's new name. */
export const withVite = async (place: string, name: string): Promise<{ served: string; script: string }> => {
  writeFileSync(join(place, 'index.html'), `<!doctype html><script type="module" src="./${name}.ts"></script>`)
  await vite({ root: place, configFile: false, logLevel: 'silent' })
  const served = join(place, 'dist')
  const [, script] = /src="\/([^"]+)"/.exec(readFileSync(join(served, 'index.html'), 'utf8')) ?? ['', '']
  return { served, script }
}
