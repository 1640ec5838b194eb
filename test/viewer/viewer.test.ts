/** The server of a viewer, without a browser. */
import { createServer, type AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { get } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { simulator } from '../../src/environments/tasks.js'
import { seeded } from '../../src/random.js'
import type { SceneMessage } from '../../src/viewer/messages.js'
import { type ClipSource, viewer } from '../../src/viewer/viewer.js'
import { asked } from '../dashboard/visitor.js'

const open = async (clips: ClipSource = { after: async (number) => `{"number":${number + 1}}` }) => {
  const opened = await viewer({ port: 0, title: 'Title', isLive: true, clips, keepsProcess: false })
  onTestFinished(() => opened.close())
  return opened
}

describe('the server of a viewer', () => {
  it('sends one document that may load nothing but from its own server', async () => {
    const { url } = await open()
    const body = await new Promise<Buffer>((resolve) => {
      get(url, { agent: false }, (response) => {
        expect(response.headers['content-encoding']).toBe('gzip')
        expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-\S+'; /)
        expect(response.headers['content-security-policy']).toContain("connect-src 'self'")
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)))
      })
    })
    const page = gunzipSync(body).toString()
    expect(page).toContain('The MIT License')
    expect(page).toContain('aria-label="Pause"')
    expect(page).not.toMatch(/<(script|link|img)[^>]+(src|href)="(?!data:)/)
  })

  it('sends the scene once there is one, and clips by the number before them', async () => {
    const { url, show } = await open()
    expect(await asked(`${url}scene`)).toMatchObject({ status: 503, body: 'the simulation is not open yet\n' })
    const world = await simulator('Reacher-v4', { random: seeded(1)('environment') })
    const { model } = world.visible()
    show(model, 0.02)
    const { body, status } = await asked(`${url}scene`)
    const scene = JSON.parse(body) as SceneMessage
    expect([status, scene.title, scene.stepSeconds, scene.isLive]).toEqual([200, 'Title', 0.02, true])
    expect(scene.shapes).toEqual(model.shapes)
    expect(scene.colors).toHaveLength(model.shapes.length)
    expect(await asked(`${url}clips/41`)).toMatchObject({ status: 200, body: '{"number":42}' })
    world.close()
  })

  it('says why there is no clip', async () => {
    const none = await open({ after: async () => null })
    expect(await asked(`${none.url}clips/0`)).toMatchObject({ status: 204, body: '' })
    const failing = await open({ after: () => Promise.reject(new Error('Hopper-v4: it broke')) })
    expect(await asked(`${failing.url}clips/0`)).toMatchObject({ status: 500, body: 'Hopper-v4: it broke\n' })
  })

  it.each([
    ['another host', 'scene', { host: 'example.org' }, 403],
    ['another origin', 'clips/0', { origin: 'http://example.org' }, 403],
    ['another page', 'scene', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['another path', 'clips/x', {}, 404],
  ])('refuses a request of %s', async (_, path, headers, status) => {
    const { url } = await open()
    expect((await asked(url + path, headers)).status).toBe(status)
  })

  it('refuses a port that is taken, or none', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as AddressInfo
    const options = { title: '', isLive: false, clips: { after: async () => null }, keepsProcess: false }
    await expect(viewer({ ...options, port })).rejects.toThrow('EADDRINUSE')
    await expect(viewer({ ...options, port: 70_000 })).rejects.toThrow(
      'viewer: port: expected an integer from 0 to 65535, got 70000',
    )
  })
})
