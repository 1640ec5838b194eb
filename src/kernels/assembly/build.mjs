/**
 * Writes what follows from the table of kernels, and compiles the AssemblyScript kernels and embeds them in `../binary.ts`, so that
 * Node and browsers load them without a path.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { transformSync } from 'esbuild'

const beside = (name) => new URL(name, import.meta.url)

/** The module of a TypeScript file that imports nothing. */
const imported = (file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'esm' })
  return import(`data:text/javascript,${encodeURIComponent(code)}`)
}

/** The code that runs one recorded call, as text: a kernel's number is its place in `constantKernelNames`. */
const dispatch = ({ kernelTable, constantKernelNames, CALL_WORDS }) => {
  const cases = constantKernelNames.map((name, kernel) => {
    const words = Array.from(kernelTable[name], (_, i) => `load<i32>(at, ${4 * (i + 1)})`)
    return `    case ${kernel}:\n      return ${name}(${words.join(', ')})\n`
  })
  return (
    '/** Runs recorded calls of kernels; written by `npm run build` from `../kernelTable.ts`, not by hand. */\n' +
    `import { ${constantKernelNames.join(', ')} } from './kernels'\n\n` +
    '/** Bytes of one recorded call. */\n' +
    `export const CALL_BYTES: usize = ${4 * CALL_WORDS}\n\n` +
    '/** Runs the call that is recorded at an address. */\n' +
    `export function run(at: usize): void {\n  switch (load<i32>(at)) {\n${cases.join('')}` +
    '    default:\n      unreachable()\n  }\n}\n'
  )
}

/** Compiles one entry file and gives its bytes in base64. */
const compiled = async (entry, ...options) => {
  const outputs = new Map()
  const { error, stderr } = await asc.main(
    [entry, '--outFile', 'out.wasm', '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--importMemory']
      .concat(options)
      .concat(['--baseDir', fileURLToPath(beside('.'))]),
    { writeFile: (name, contents) => void outputs.set(name, contents) },
  )
  process.stderr.write(stderr.toString())
  if (error) process.exit(1)
  return Buffer.from(outputs.get('out.wasm')).toString('base64')
}

const constant = (name, about, base64) =>
  `/** ${about} */\nexport const ${name} = [\n${base64
    .match(/.{1,100}/g)
    .map((line) => `  '${line}',`)
    .join('\n')}\n].join('')\n`

writeFileSync(beside('dispatch.ts'), dispatch(await imported(beside('../kernelTable.ts'))))
const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536']
writeFileSync(
  beside('../binary.ts'),
  '/** The compiled kernels, in base64; written by `npm run build`, not by hand. */\n\n' +
    constant('binary', '`assembly/kernels.ts`, on a memory of its own.', await compiled('kernels.ts')) +
    '\n' +
    constant(
      'sharedBinary',
      '`assembly/shared.ts`, on a memory that two threads share.',
      await compiled('shared.ts', ...shared),
    ) +
    '\n' +
    constant(
      'registerLoopsBinary',
      '`assembly/registerLoops.ts`, which `rivulet bench` measures.',
      await compiled('registerLoops.ts'),
    ),
)
