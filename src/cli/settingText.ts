/** Settings as the command writes them: their options, values and defaults. */
import { isNumeric, type SettingField } from '../edge/settings.js'
import { flagOf } from './textCodecs.js'

const numeral = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value)

/** The words `name=value` of options of a task, as the command line takes them. */
export const optionWords = (options: object): readonly string[] =>
  Object.entries(options).map(([name, value]) => `${name}=${valueText(value)}`)

/** A value; small numbers have an exponent: `0.99`, `1.1e-5`, `256,256`, `termination`; options of a task are `g=9.81 x=1`, or `none`. */
export const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(valueText).join(',')
  if (typeof value === 'object' && value !== null) return optionWords(value).join(' ') || 'none'
  return typeof value === 'number' ? numeral(value) : String(value)
}

/** The option that turns a boolean setting off. */
export const negationOf = (name: string): string => flagOf(name).replace('--', '--no-')

/** A setting's option with its value: `--discount <number>`; `--[no-]scale-td-error` for a boolean. */
export const optionText = (name: string, field: SettingField<unknown>): string => {
  if (typeof field.default === 'boolean') return flagOf(name).replace('--', '--[no-]')
  if (Array.isArray(field.default)) return `${flagOf(name)} <numbers>`
  return `${flagOf(name)} <${isNumeric(field) ? 'number' : 'name'}>`
}

/** A default as text: `3e-4`, or `the paper's for the task, else 3e-4`. */
export const defaultText = ({ default: value, byTask }: Pick<SettingField<unknown>, 'default' | 'byTask'>): string =>
  byTask === undefined ? valueText(value) : `${byTask}, else ${valueText(value)}`

/** The help text of the option that changes a setting. */
export const helpText = (field: SettingField<unknown>): string => {
  if (field.default === true) return `do not ${field.about}`
  return field.default === false ? field.about : `${field.about} (default: ${defaultText(field)})`
}
