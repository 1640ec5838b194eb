/** Compiles the AssemblyScript kernels and embeds them in `../binary.ts`, so that Node and browsers load them without a path. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const outputs = new Map()
const { error, stderr } = await asc.main(
  [
    'kernels.ts',
    '--outFile',
    'kernels.wasm',
    '-O3',
    '--noAssert',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--importMemory',
  ].concat(['--baseDir', fileURLToPath(new URL('.', import.meta.url))]),
  { writeFile: (name, contents) => void outputs.set(name, contents) },
)
if (error) {
  process.stderr.write(stderr.toString())
  process.exit(1)
}
const base64 = Buffer.from(outputs.get('kernels.wasm')).toString('base64')
const lines = base64.match(/.{1,100}/g).map((line) => `  '${line}',`)
writeFileSync(
  new URL('../binary.ts', import.meta.url),
  `/** The kernels of \`assembly/kernels.ts\`, compiled; written by \`npm run build\`, not by hand. */\nexport const binary = [\n${lines.join('\n')}\n].join('')\n`,
)
