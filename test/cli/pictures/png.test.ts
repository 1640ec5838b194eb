import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { png } from '../../../src/cli/pictures/png.js'
import { picture, text } from '../../../src/cli/pictures/svg.js'
import { needs } from '../../absent.js'

const { resolve } = createRequire(import.meta.url)
const isInstalled = (file: string): boolean => {
  try {
    resolve(file)
    return true
  } catch {
    return false
  }
}
const packages = ['@resvg/resvg-wasm', '@fontsource/source-sans-3']

const drawing = (content: string): string =>
  picture({ width: 120, height: 40, title: '', description: '' }, text(content, { x: 10, y: 25, 'font-weight': 600 }))

describe('png', () => {
  needs(
    packages.join(' and '),
    packages.every((name) => isInstalled(`${name}/package.json`) || isInstalled(name)),
  )

  it('is a PNG of twice the size of the picture, with its text', async () => {
    const [drawn, empty] = [await png(drawing('Hopper-v4 −1,000 é')), await png(drawing(''))]
    expect([...drawn.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    const header = new DataView(drawn.buffer, drawn.byteOffset)
    expect(Buffer.from(drawn.subarray(12, 16)).toString()).toBe('IHDR')
    expect([header.getUint32(16), header.getUint32(20)]).toEqual([240, 80])
    expect(drawn.length).toBeGreaterThan(empty.length + 500)
  })

  it('of the same picture has the same bytes', async () => {
    expect(await png(drawing('Hopper-v4'))).toEqual(await png(drawing('Hopper-v4')))
  })

  it('refuses a letter that would be left out', async () => {
    await expect(png(drawing('倒立摆'))).rejects.toThrow("a PNG has Latin letters alone, and not '倒'; an SVG has all")
  })
})
