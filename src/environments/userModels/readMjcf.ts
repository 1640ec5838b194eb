/** Reads a model from files: its text, and every file that the text refers to. */
import { files as hostFiles, paths as hostPaths } from '#host'
import { causeOf } from '../../failure.js'
import type { ModelText } from '../mujoco/model.js'
import type { FileReference } from './fileReferences.js'

/** The most files of a model, so that texts that include each other end. */
const MOST_FILES = 10_000

/** A text that is to be searched for names of files. */
interface Found {
  readonly place: string
  readonly shown: string
  readonly xml: string
}

/**
 * Reads a model of MJCF or URDF with its meshes, height fields, textures, skins, included texts and attached models. Names in a text are
 * looked up in the folder of the model, in that of the text itself, and in the folders of its `compiler` element.
 *
 *     const source = await readMjcf('models/arm.xml')
 *
 * Fails: rejects with an Error of one line for a file that cannot be read; for one that a text names, with the text, the line and the
 * element. In a browser it rejects: give `mujocoSimulator` the text and the assets there.
 */
export const readMjcf = async (path: string): Promise<ModelText & { readonly path: string }> => {
  const [{ readFile }, { basename, dirname, join, relative, resolve }, { fileReferences, textElements }] =
    await Promise.all([hostFiles(), hostPaths(), import('./fileReferences.js')])
  const main = resolve(path)
  /** The name of a file for MuJoCo, which knows slashes alone. */
  const nameOf = (place: string): string => `/${place.replaceAll('\\', '/').replace(/^\/+/, '')}`
  const assets: Record<string, Uint8Array> = {}
  const bytesOf = async (place: string): Promise<Uint8Array | null> => {
    try {
      return await readFile(place)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return null
      throw new Error(`${relative('', place)}: cannot be read (${causeOf(error)})`, { cause: error })
    }
  }
  const text = await bytesOf(main)
  if (text === null) throw new Error(`${path}: expected a file of MJCF, got none`)
  const xml = new TextDecoder().decode(text)
  const folders = new Set<string>([''])
  let stripsPaths = false

  /** Adds the file to the assets, at each place where MuJoCo may look for it; returns the texts among them. */
  const add = async ({ file, element, line }: FileReference, from: Found): Promise<readonly Found[]> => {
    const names = stripsPaths ? [basename(file)] : [file]
    const places = new Set(
      [dirname(main), dirname(from.place)].flatMap((base) =>
        [...folders].flatMap((folder) => names.map((name) => resolve(base, folder, name))),
      ),
    )
    const texts: Found[] = []
    let found = false
    for (const place of places) {
      const isKnown = assets[nameOf(place)] !== undefined || place === main
      const bytes = isKnown ? null : await bytesOf(place)
      found ||= isKnown || bytes !== null
      if (bytes === null) continue
      assets[nameOf(place)] = bytes
      if (Object.keys(assets).length > MOST_FILES) throw new Error(`${path}: expected at most ${MOST_FILES} files`)
      if (textElements.includes(element)) {
        texts.push({
          place,
          shown: join(dirname(path), relative(dirname(main), place)),
          xml: new TextDecoder().decode(bytes),
        })
      }
    }
    if (found) return texts
    throw new Error(`${from.shown}, line ${line}: <${element}> names '${file}', and there is no such file`)
  }

  const waiting: Found[] = [{ place: main, shown: path, xml }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const found = fileReferences(next.xml)
    for (const folder of found.folders) folders.add(folder)
    stripsPaths ||= found.stripsPaths
    for (const reference of found.references) waiting.push(...(await add(reference, next)))
  }
  return { xml, assets, path: nameOf(main) }
}
