/** A setting is written in one place, its field: its type, config.json, the command line, its help and its lists follow from it. */
import type { Field } from './codecs.js'

/** All that is said of one setting. */
export interface SettingField<A> {
  /** Which values it takes; the codec's name tells of them where one is refused. */
  readonly codec: Field<A>
  /** The value where none is given. Its type says how the command line writes the setting. */
  readonly default: A
  /** One line for help: a phrase without a full stop; for a yes or no, what `true` does, as a verb. */
  readonly about: string
  /** Where the default comes from: a paper, a published program, or Rivulet. */
  readonly origin: string
  /** What some tasks have in the place of the default, as help says it: `the paper's for the task`. */
  readonly byTask?: string
  /** Whether a run has to give it, since with its default there is nothing to learn. The default is no. */
  readonly needed?: boolean
  /** What it counts or is measured in, such as `s`; left out for a number without a unit and for what is no number. */
  readonly unit?: string
}

/** The fields of some settings, by the names of the settings. */
export type SettingFields = Readonly<Record<string, SettingField<unknown>>>

/** The values of settings, by name. The doc comment of each field is the doc comment of its value. */
export type ValuesOf<F extends SettingFields> = { readonly [Name in keyof F]: F[Name]['codec']['_A'] }

/** Values of settings whose names are not known while compiling. */
export type Values = Readonly<Record<string, unknown>>

/** Makes the field of a setting; the type of its default and of its values is that of its codec. */
export const field = <A>(codec: Field<A>, about: Omit<SettingField<NoInfer<A>>, 'codec'>): SettingField<A> => ({
  codec,
  ...about,
})

/** Whether the values of a setting are single numbers: also where a word may stand in the place of one, and is the default. */
export const isNumeric = ({ codec, default: value }: Pick<SettingField<unknown>, 'codec' | 'default'>): boolean =>
  typeof value === 'number' || 'orWord' in codec

/** The codecs of settings, by name. */
export const codecsOf = <F extends SettingFields>(fields: F) =>
  Object.fromEntries(Object.entries(fields).map(([name, { codec }]) => [name, codec])) as {
    readonly [Name in keyof F]: F[Name]['codec']
  }

/** The defaults of settings, by name. */
export const defaultsOf = <F extends SettingFields>(fields: F) =>
  Object.fromEntries(Object.entries(fields).map(([name, { default: value }]) => [name, value])) as ValuesOf<F>

/** The entries of `values` that go by the names of `fields`. */
export const pick = (values: object, fields: object): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(fields, name)))

/**
 * Refuses a value that its field does not take.
 *
 * Fails: RangeError with the owner and the first such setting.
 */
export const checkSettings = (owner: string, fields: SettingFields, values: Values): void => {
  for (const [name, { codec }] of Object.entries(fields)) {
    const value = values[name]
    if (!codec.is(value)) throw new RangeError(`${owner}: ${name} must be ${codec.name}, got ${String(value)}`)
  }
}
