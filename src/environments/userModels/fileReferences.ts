/** The files that a text of MJCF refers to: meshes, height fields, textures, skins, included texts and attached models. */
import sax, { type QualifiedTag, type Tag } from 'sax'

/** A file that a text names. */
export interface FileReference {
  /** As it stands in the text. */
  readonly file: string
  /** The element that names it, such as `mesh`. */
  readonly element: string
  /** The line on which the element begins, from 1. */
  readonly line: number
}

/** What a text says of files. */
export interface FileReferences {
  readonly references: readonly FileReference[]
  /** The folders of its compiler settings, in which its files may stand. */
  readonly folders: readonly string[]
  /** Whether only the last part of each name counts (`strippath`). */
  readonly stripsPaths: boolean
}

/** Attributes that name files: `file`, and the sides of a cube's texture. */
const fileAttributes = ['file', 'fileright', 'fileleft', 'fileup', 'filedown', 'filefront', 'fileback']

/** Elements whose file is MJCF itself. */
export const textElements: readonly string[] = ['include', 'model']

const folderAttributes = ['assetdir', 'meshdir', 'texturedir']

/**
 * Finds the files that a text names. A text that is no XML gives those up to the fault, since MuJoCo's own message says what is wrong
 * with it.
 */
export const fileReferences = (xml: string): FileReferences => {
  const references: FileReference[] = []
  const folders: string[] = []
  let stripsPaths = false
  const reader = sax.parser(true, { position: true })
  let line = 0
  reader.onopentagstart = () => void (line = reader.line + 1)
  reader.onopentag = ({ name: element, attributes }: Tag | QualifiedTag) => {
    const all = attributes as Readonly<Record<string, string>>
    for (const name of fileAttributes) {
      if (all[name] !== undefined && all[name] !== '') references.push({ file: all[name], element, line })
    }
    if (element !== 'compiler') return
    for (const name of folderAttributes) if (all[name] !== undefined) folders.push(all[name])
    if (all['strippath'] === 'true') stripsPaths = true
  }
  let failed = false
  reader.onerror = () => void (failed = true)
  for (const line of xml.split(/(?<=\n)/)) {
    if (failed) break
    reader.write(line)
  }
  return { references, folders, stripsPaths }
}
