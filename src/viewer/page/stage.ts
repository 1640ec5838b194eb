/** The scene in three.js: what is drawn, and from where. */
import {
  AmbientLight,
  Color,
  DirectionalLight,
  Fog,
  type Material,
  Mesh,
  MeshLambertMaterial,
  PCFShadowMap,
  PerspectiveCamera,
  Scene,
  SphereGeometry,
  SRGBColorSpace,
  Vector3,
  WebGLRenderer,
} from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import { contactColor, skyColor } from '../colors.js'
import type { SceneMessage } from '../messages.js'
import { fieldOfView, type Viewpoint } from '../viewpoint.js'
import type { LoadedClip } from './loadedClip.js'
import { type Shapes, shapesOf } from './shapes.js'

/** The direction to the light, as in films. */
const LIGHT = new Vector3(0.3, -0.4, 0.866)
/** The radius of the ball that shows a contact, in distances of the viewpoint. */
const CONTACT = 0.012

/** The stage. */
export interface Stage {
  /** Shows a frame of a clip; the first clip decides where the camera stands. */
  show(clip: LoadedClip, frame: number): void
  setFollowing(isFollowing: boolean): void
  setContacts(areShown: boolean): void
  /** Puts the camera where it stood at first. */
  resetCamera(): void
  /** Draws, if something has changed since it was drawn last. */
  draw(): void
}

const colorOf = ([red, green, blue]: readonly number[]): Color => new Color().setRGB(red, green, blue, SRGBColorSpace)

/** The place of the camera for a viewpoint, relative to its target. */
const offsetOf = ({ distance, azimuth, elevation }: Viewpoint): Vector3 =>
  new Vector3()
    .setFromSphericalCoords(distance, Math.PI / 2 - elevation, 0)
    .applyAxisAngle(new Vector3(1, 0, 0), Math.PI / 2)
    .applyAxisAngle(new Vector3(0, 0, 1), azimuth + Math.PI / 2)

/** Makes the stage of a scene in a canvas. Throws if the browser has no WebGL. */
export const stageOf = (canvas: HTMLCanvasElement, message: SceneMessage): Stage => {
  const renderer = new WebGLRenderer({ canvas, antialias: true })
  renderer.shadowMap.enabled = true
  renderer.shadowMap.type = PCFShadowMap
  const scene = new Scene()
  scene.background = colorOf(skyColor)
  const camera = new PerspectiveCamera((fieldOfView.angle * 180) / Math.PI, 1, 0.01, 1000)
  camera.up.set(0, 0, 1)
  const controls = new OrbitControls(camera, canvas)
  const sun = new DirectionalLight(0xffffff, 2.2)
  sun.castShadow = true
  sun.shadow.mapSize.set(1024, 1024)
  sun.shadow.radius = 3
  scene.add(new AmbientLight(0xffffff, 1.7), sun, sun.target)
  const balls: Mesh[] = []
  const red = new MeshLambertMaterial({ color: colorOf(contactColor), depthTest: false, transparent: true })
  let shapes: Shapes | null = null
  let view: Viewpoint | null = null
  let ball = new SphereGeometry(1)
  let shown: { readonly clip: LoadedClip; readonly frame: number } | null = null
  let [isFollowing, areContactsShown, isOld] = [true, false, true]
  /** Where the followed body was when the camera was moved last. */
  const followed = new Vector3()
  controls.addEventListener('change', () => {
    isOld = true
  })

  const placeCamera = (): void => {
    if (view === null || shown === null) return
    const { clip, frame } = shown
    const [x, y] = [0, 1].map((axis) => clip.followed[frame][axis] - clip.followed[0][axis])
    controls.target.set(view.target[0] + x, view.target[1] + y, view.target[2])
    camera.position.copy(controls.target).add(offsetOf(view))
    followed.fromArray(clip.followed[frame])
    controls.update()
    isOld = true
  }
  /** Sets up what depends on the size of the scene. */
  const measure = ({ viewpoint, sizes }: LoadedClip): void => {
    if (shapes === null || shapes.sizes.some((each, i) => each !== sizes[i])) {
      shapes?.remove()
      shapes = shapesOf(message, sizes, viewpoint)
      scene.add(shapes.group)
    }
    if (view !== null) return
    view = viewpoint
    const { distance } = viewpoint
    scene.fog = new Fog(colorOf(skyColor), 2 * distance, 8 * distance)
    camera.near = distance / 100
    camera.far = 20 * distance
    ball = new SphereGeometry(CONTACT * distance, 16, 12)
    Object.assign(sun.shadow.camera, { left: -distance, right: distance, top: distance, bottom: -distance })
    Object.assign(sun.shadow.camera, { near: 0.1 * distance, far: 6 * distance })
    sun.shadow.normalBias = distance / 1000
    camera.updateProjectionMatrix()
  }
  const showContacts = (contacts: Float32Array): void => {
    for (let i = balls.length; i < contacts.length / 6; i++) {
      const made = new Mesh(ball, red as Material)
      made.renderOrder = 1
      balls.push(made)
      scene.add(made)
    }
    balls.forEach((each, i) => {
      each.visible = areContactsShown && 6 * i < contacts.length
      if (each.visible) each.position.fromArray(contacts, 6 * i)
    })
  }
  const resize = (): void => {
    const { clientWidth: width, clientHeight: height } = canvas
    if (width === 0 || height === 0) return
    renderer.setPixelRatio(Math.min(2, devicePixelRatio))
    renderer.setSize(width, height, false)
    camera.aspect = width / height
    // The angle of view is that of the shorter side.
    camera.zoom = Math.min(1, camera.aspect)
    camera.updateProjectionMatrix()
    isOld = true
  }
  new ResizeObserver(resize).observe(canvas)
  resize()

  return {
    show: (clip, frame) => {
      if (shown?.clip === clip && shown.frame === frame) return
      const isFirst = view === null
      measure(clip)
      shapes?.place(clip.poses[frame])
      showContacts(clip.contacts[frame])
      // The episode begins where its robot does: the camera keeps its place relative to the robot.
      const moved = new Vector3().fromArray(clip.followed[frame]).sub(followed)
      moved.z = 0
      shown = { clip, frame }
      followed.fromArray(clip.followed[frame])
      if (isFirst) placeCamera()
      else if (isFollowing) {
        camera.position.add(moved)
        controls.target.add(moved)
      }
      isOld = true
    },
    setFollowing: (now) => {
      isFollowing = now
    },
    setContacts: (now) => {
      areContactsShown = now
      if (shown !== null) showContacts(shown.clip.contacts[shown.frame])
      isOld = true
    },
    resetCamera: placeCamera,
    draw: () => {
      if (!isOld || view === null) return
      isOld = false
      const at = shown?.clip.followed[shown.frame] ?? [0, 0, 0]
      sun.target.position.set(at[0], at[1], view.target[2])
      sun.position.copy(sun.target.position).addScaledVector(LIGHT, 3 * view.distance)
      renderer.render(scene, camera)
    },
  }
}
