/** Compiles the AssemblyScript kernels and embeds them in `../binary.ts`, so that Node and browsers load them without a path. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

/** Compiles one entry file and gives its bytes in base64. */
const compiled = async (entry, ...options) => {
  const outputs = new Map()
  const { error, stderr } = await asc.main(
    [entry, '--outFile', 'out.wasm', '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory']
      .concat(options)
      .concat(['--baseDir', fileURLToPath(new URL('.', import.meta.url))]),
    { writeFile: (name, contents) => void outputs.set(name, contents) },
  )
  if (error) {
    process.stderr.write(stderr.toString())
    process.exit(1)
  }
  return Buffer.from(outputs.get('out.wasm')).toString('base64')
}

const constant = (name, about, base64) =>
  `/** ${about} */\nexport const ${name} = [\n${base64
    .match(/.{1,100}/g)
    .map((line) => `  '${line}',`)
    .join('\n')}\n].join('')\n`

const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536']
writeFileSync(
  new URL('../binary.ts', import.meta.url),
  '/** The compiled kernels, in base64; written by `npm run build`, not by hand. */\n\n' +
    constant('binary', '`assembly/kernels.ts`, on a memory of its own.', await compiled('kernels.ts')) +
    '\n' +
    constant(
      'sharedBinary',
      '`assembly/shared.ts`, on a memory that two threads share.',
      await compiled('shared.ts', ...shared),
    ),
)
