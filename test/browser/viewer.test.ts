/** The page of `rivulet watch` in a real browser: Debian's chromium, or the one that `RIVULET_BROWSER` names. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { cameraOf, project } from '../../src/film/camera.js'
import type { ClipMessage, SceneMessage } from '../../src/viewer/messages.js'
import { needs, programOf } from '../absent.js'
import { started } from '../cli/program.js'
import { asked as requested } from '../dashboard/visitor.js'
import { type DecodedFilm, decodedPng, hueOf, pixelOf } from '../film/decoded.js'

// Starts a browser, whose scene a processor draws. On a slow machine that takes its time.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const named = process.env['RIVULET_BROWSER'] ?? 'chromium'
const executablePath = named.includes('/') ? named : programOf(named)
const version = spawnSync(executablePath ?? named, ['--version'], { encoding: 'utf8', timeout: 60_000 })
const isThere = executablePath !== null && version.status === 0
const place = mkdtempSync(join(tmpdir(), 'rivulet-viewer-'))
const timeout = 200_000
const size = { width: 520, height: 440 }

describe(`the page of rivulet watch in ${version.stdout?.trim() ?? named}`, () => {
  needs(`a browser that runs: ${named} does not (RIVULET_BROWSER names another)`, isThere)
  let browser: Browser
  beforeAll(async () => {
    if (!isThere) return
    // Without a graphics card WebGL is drawn by SwiftShader, which has to be asked for.
    const drawing = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']
    const args = ['--headless', '--no-sandbox', '--disable-background-networking', ...drawing]
    browser = await chromium.launch({ executablePath: executablePath ?? named, args, timeout })
  })
  afterAll(async () => {
    if (isThere) await browser.close()
    rmSync(place, { recursive: true, force: true })
  }, 120_000)

  /** Starts the command, and resolves with the address of its page. */
  const served = async (line: string) => {
    const run = started(line.split(' '), place)
    const url = await new Promise<string>((resolve, reject) => {
      run.child.stderr.on('data', (part: Buffer) => {
        const found = /watch: (http:\S+)/.exec(part.toString())?.[1]
        if (found !== undefined) resolve(found)
      })
      void run.ended.then(({ stderr }) => reject(new Error(stderr)))
    })
    return { ...run, url }
  }
  /** Opens the page; all that it asks for and complains of is listed. */
  const opened = async (url: string) => {
    const context = await browser.newContext({ viewport: size, deviceScaleFactor: 1 })
    onTestFinished(() => context.close())
    const page = await context.newPage()
    page.setDefaultTimeout(timeout)
    const asked: string[] = []
    const complaints: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(url)
    await page.locator('#step', { hasText: /\d/ }).waitFor()
    return { page, asked, complaints }
  }
  const seen = async (page: Page): Promise<DecodedFilm> => decodedPng(await page.locator('#stage').screenshot())
  const frameOf = async (page: Page): Promise<number> => Number.parseInt((await page.textContent('#step')) ?? '', 10)
  /** Puts the player to a frame, paused, and waits until it is drawn. */
  const showFrame = async (page: Page, frame: number): Promise<DecodedFilm> => {
    await page.fill('#place', String(frame))
    await page.locator('#step', { hasText: new RegExp(`^${frame} of`) }).waitFor()
    await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))')
    return seen(page)
  }
  const areSame = (one: DecodedFilm, other: DecodedFilm): boolean =>
    Buffer.from(one.frames[0].rgb).equals(other.frames[0].rgb)
  const redsOf = ({ frames: [{ rgb }] }: DecodedFilm): number => {
    let count = 0
    for (let i = 0; i < rgb.length; i += 3) if (rgb[i] > 150 && rgb[i + 1] < 90 && rgb[i + 2] < 100) count += 1
    return count
  }

  test('shows the robot where it is, moves, stands still, steps, and shows contacts, offline', async () => {
    // Between upright and fallen, so that its foot touches the ground.
    const { url, child, ended } = await served('watch Hopper-v4 --actions zeros --seed 4')
    const { page, asked, complaints } = await opened(url)
    const scene = JSON.parse((await requested(`${url}scene`)).body) as SceneMessage
    const clip = JSON.parse((await requested(`${url}clips/0`)).body) as ClipMessage
    expect(await page.textContent('h1')).toBe('Hopper-v4')
    expect(await page.textContent('#about')).toMatch(/^Episode \d+ of seed 4: actions of 0$/)

    // The torso is in its color where the shape is.
    const torso = scene.shapes.findIndex(({ name }) => name === 'torso_geom')
    const poses = new Float32Array(Uint8Array.from(Buffer.from(clip.poses, 'base64')).buffer)
    const image = await showFrame(page, 0)
    const camera = cameraOf(clip.viewpoint, clip.viewpoint.target, image)
    const out = new Float32Array(3)
    const [x, y, z] = poses.subarray(12 * torso, 12 * torso + 3)
    project(camera, x, y, z, out, 0)
    const color = hueOf(pixelOf(image.frames[0], image.width, out[0], out[1]))
    expect(color.saturation).toBeGreaterThan(0.25)
    expect(Math.abs(color.hue - hueOf(scene.colors[torso]).hue)).toBeLessThan(15)
    expect(hueOf(pixelOf(image.frames[0], image.width, out[0] + 90, out[1])).saturation).toBeLessThan(0.1)

    // It was paused by the choice of the frame.
    const isPaused = (): Promise<void> => page.locator('#pause[aria-label="Play"]').waitFor()
    await isPaused()
    const still = await seen(page)
    expect(areSame(still, image)).toBe(true)
    await page.keyboard.press('ArrowRight')
    await page.locator('#step', { hasText: /^1 of/ }).waitFor()
    await page.click('#back')
    await page.locator('#step', { hasText: /^0 of/ }).waitFor()

    // Playing, the picture changes; paused again, it does not.
    await page.selectOption('#speed', '0.25')
    await page.click('#pause')
    await vi.waitFor(async () => expect(await frameOf(page)).toBeGreaterThan(3), 20_000)
    await page.keyboard.press(' ')
    await isPaused()
    const [moved, stopped] = [await seen(page), await frameOf(page)]
    expect(areSame(moved, image)).toBe(false)
    expect(areSame(await seen(page), moved)).toBe(true)
    expect(await frameOf(page)).toBe(stopped)

    // A frame in which the foot touches the ground.
    const touching = clip.contactCounts.findIndex((count, frame) => frame > 0 && count > 0)
    const without = redsOf(await showFrame(page, touching))
    await page.click('#contacts')
    expect(await page.getAttribute('#contacts', 'aria-pressed')).toBe('true')
    expect(redsOf(await showFrame(page, touching))).toBeGreaterThan(without + 20)

    // The camera turns with the pointer, and comes back.
    const front = await showFrame(page, 0)
    await page.mouse.move(300, 200)
    await page.mouse.down()
    await page.mouse.move(380, 230, { steps: 4 })
    await page.mouse.up()
    expect(areSame(await showFrame(page, 0), front)).toBe(false)
    await page.keyboard.press('r')
    expect(areSame(await showFrame(page, 0), front)).toBe(true)

    await page.reload()
    await page.locator('#step', { hasText: /\d/ }).waitFor()
    expect([...new Set(asked.map((each) => new URL(each).origin))]).toEqual([new URL(url).origin])
    expect(asked.every((each) => /^\/(scene|clips\/\d+)?$/.test(new URL(each).pathname))).toBe(true)
    expect(complaints).toEqual([])

    child.kill('SIGINT')
    const { status, stderr } = await ended
    expect([status, stderr.split('\n').at(-2)]).toEqual([130, 'rivulet: SIGINT: the page is closed'])
  })

  test('shows episodes of a run while it learns, one after another', async () => {
    const { url, child, ended } = await served(
      'train Hopper-v4 --hidden 8,8 --steps 10000000 --no-progress --out run --watch',
    )
    const { page, complaints } = await opened(url)
    expect(await page.textContent('h1')).toBe('Hopper-v4, avg, seed 1')
    const about = (): Promise<string | null> => page.textContent('#about')
    const first = await about()
    expect(first).toMatch(/^Episode [\d,]+ of the run, as it learns: [\d,]+ steps so far$/)
    await vi.waitFor(async () => expect(await about()).not.toBe(first), 60_000)
    const { width, height, frames } = await seen(page)
    const blues = Array.from({ length: width * height }, (_, i) =>
      hueOf(pixelOf(frames[0], width, i % width, i / width)),
    )
    expect(blues.filter(({ hue, saturation }) => saturation > 0.3 && Math.abs(hue - 210) < 15).length).toBeGreaterThan(
      200,
    )
    expect(complaints).toEqual([])
    child.kill('SIGINT')
    expect((await ended).status).toBe(130)
    await page.locator('#state', { hasText: 'connection lost' }).waitFor()
  })
})
