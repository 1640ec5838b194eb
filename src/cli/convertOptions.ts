/** The arguments of `rivulet convert`, its help, and the codec that reads the arguments. */
import type { Command } from 'commander'
import type { Either } from 'fp-ts/lib/Either.js'
import type { TypeOf } from 'io-ts'
import { closed, text } from '../edge/codecs.js'
import { type Failure, decode } from '../edge/decode.js'

const codec = closed({ from: text, to: text })

/** A decoded command line of `rivulet convert`. */
export type ConvertRequest = TypeOf<typeof codec>

/** Adds the arguments of `convert` to a command. */
export const declareConvert = (command: Command): Command =>
  command
    .description('convert weights between a .safetensors file, as PyTorch reads it, and TensorFlow.js layers models')
    .argument('<from>', 'a .safetensors file, or a directory that holds actor/model.json and critic/model.json')
    .argument(
      '<to>',
      'a name that ends in .safetensors, or a directory that is new or empty; a slash behind it means a directory',
    )
    .addHelpText(
      'after',
      '\nNo bit of a weight changes. A safetensors file that does not say whether its networks are normalized is taken for' +
        '\nwhat was published: they are. Names that torch.compile and DataParallel begin with _orig_mod. and module. are read without' +
        '\nthese; any tensor that the networks do not have is refused, and none is left out.\n\nExample:\n  rivulet convert runs/try/weights.safetensors models',
    )

/** Reads the two paths. */
export const readConvert: (words: unknown) => Either<readonly Failure[], ConvertRequest> = decode(codec)
