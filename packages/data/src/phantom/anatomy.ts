import type { RandomStream } from '@dualseg/kernels/random'
import type { Triple } from '../volume'
import { bentTube, type Ellipsoid, minus, plus, type Shape, type Tube } from './shape'

/** Something with one intensity, painted over what was there before. */
export interface Organ {
  shapes: Shape[]
  /** Blood of the atrium is about 1, lung about 0. */
  intensity: number
  /** How much of what lies below is covered. */
  opacity: number
  /** Voxels over which the edge fades. */
  edge: number
}

export interface Anatomy {
  size: Triple
  /** Painted in this order below the atrium. */
  below: Organ[]
  /** What the label marks: body, appendage, stumps of the veins. */
  atrium: Shape[]
  atriumIntensity: number
  /** The atrium's wall. */
  wall: { thickness: number; intensity: number; opacity: number }
  /** Blood that continues the atrium beyond the label, with no wall between: the mitral valve and the veins' further course. */
  beyond: Organ[]
  /** The label ends at this disc in the mitral valve: points within `radius` of `at` with (p - at) . normal > 0 are not atrium. */
  valve: { at: Triple; normal: Triple; radius: number }
}

/**
 * Draws one patient: a flat left atrium with appendage and four pulmonary veins between the blood pools, great vessels, spine, lungs and liver of
 * its neighbourhood. Proportions follow what LA's volumes show: x from the patient's right to left, y from front to back, z upwards.
 */
export function drawAnatomy(random: RandomStream): Anatomy {
  const between = (low: number, high: number) => low + (high - low) * random.uniform()
  const near = (at: Triple, spread: number): Triple => [
    at[0] + between(-spread, spread),
    at[1] + between(-spread, spread),
    at[2] + between(-spread, spread),
  ]
  const turn = (tangent: number): [number, number] => [
    1 / Math.sqrt(1 + tangent * tangent),
    tangent / Math.sqrt(1 + tangent * tangent),
  ]
  const ellipsoid = (centre: Triple, radii: Triple, tangent = 0): Ellipsoid => ({
    kind: 'ellipsoid',
    centre,
    radii,
    turn: turn(tangent),
  })
  const tube = (from: Triple, to: Triple, r0: number, r1 = r0): Tube => ({ kind: 'tube', from, to, radii: [r0, r1] })
  const organ = (shapes: Shape[], intensity: number, options: Partial<Organ> = {}): Organ => ({
    shapes,
    intensity,
    opacity: 1,
    edge: 1.5,
    ...options,
  })

  const scale = between(0.82, 1.18)
  const radii: Triple = [52 * scale * between(0.86, 1.14), 28.5 * scale * between(0.84, 1.16), 28 * scale * between(0.84, 1.14)]
  const reach = [between(16, 34), between(16, 34)] as const
  const nx = evenWithin(2 * (radii[0] + (reach[0] + reach[1]) / 2) + between(26, 48), 148, 244)
  const ny = evenWithin(90 + 2 * radii[1] + between(-8, 8), 132, 160)
  const size: Triple = [nx, ny, 88]
  const centre: Triple = [nx / 2 + between(-7, 7), 0.5 * ny + between(-7, 7), 46 + between(-8, 8)]
  const from = (x: number, y: number, z: number): Triple => [
    centre[0] + x * radii[0],
    centre[1] + y * radii[1],
    centre[2] + z * radii[2],
  ]

  const tilt = between(-0.34, 0.16)
  const body = ellipsoid(centre, radii, tilt)
  const lobe = ellipsoid(near(from(-0.3, 0.1, -0.25), 4), [radii[0] * 0.55, radii[1] * 0.85, radii[2] * 0.8], between(-0.2, 0.4))
  const blood = () => between(0.86, 1.14)
  const atriumIntensity = between(0.9, 1.1)

  // Root on the body, first bend, where the label ends, and where the vessel leaves the volume.
  const veins = (
    [
      [-1, 0.15, 0.55],
      [-1, 0.55, -0.3],
      [1, 0.2, 0.6],
      [1, 0.75, -0.1],
    ] as const
  ).map(([side, back, up], index) => {
    const root = near(from(side * 0.62, back * 0.45, up * 0.5), 3)
    const length = index < 2 ? reach[0] : reach[1]
    const stump: Triple = [
      side * (radii[0] * 0.4 + length * between(0.35, 1)),
      back * 24 + between(-4, 6),
      up * 26 + between(-4, 4),
    ]
    const end = plus(root, stump)
    const bend = near(plus(root, [stump[0] * 0.55, stump[1] * 0.2, stump[2] * 0.4]), 3)
    const far = near(plus(end, [side * between(22, 40), back * 22, up * 22]), 6)
    const radius = between(5.5, 10)
    return {
      stump: bentTube(root, bend, end, [radius * 1.25, radius * 0.72]),
      further: tube(end, far, radius * 0.72, radius * 0.4),
    }
  })
  const tip = near(from(0.72, -1.55, 0.75), 5)
  const appendage = bentTube(from(0.6, -0.35, 0.3), near(from(1.02, -0.8, 0.5), 4), tip, [9.5 * scale, between(4, 6)])

  // Ventricle and valve: a wide mouth without wall, so that only the shape tells where the atrium ends.
  const leftVentricle = near([centre[0] + 46, centre[1] - radii[1] - 26, centre[2] - 30], 6)
  const mouth = from(0.38, -0.62, -0.55)
  const towards = minus(leftVentricle, mouth)
  const length = Math.sqrt(towards[0] ** 2 + towards[1] ** 2 + towards[2] ** 2)
  const normal: Triple = [towards[0] / length, towards[1] / length, towards[2] / length]
  const valveAt = between(-3, 12)
  const valve = { at: plus(mouth, [normal[0] * valveAt, normal[1] * valveAt, normal[2] * valveAt]), normal, radius: 26 * scale }

  const rightAtrium = ellipsoid(
    near([centre[0] - 44, centre[1] - radii[1] - 12, centre[2] - 12], 5),
    [36, 30, 40],
    between(-0.3, 0.3),
  )
  const rightVentricle = ellipsoid(near([centre[0] - 4, 4, centre[2] - 30], 6), [58, 30, 40], between(-0.2, 0.2))
  const aortaAt = near([centre[0] + 14, centre[1] + radii[1] + 11, 0], 4)
  const descending = tube(
    [aortaAt[0], aortaAt[1], -8],
    [aortaAt[0] + between(-12, 8), aortaAt[1] + between(-4, 4), 96],
    between(10.5, 13.5),
  )
  const rootOfAorta = near([centre[0] - 2, centre[1] - radii[1] - 11, centre[2] + 2], 4)
  const spine = near([centre[0] - 24, ny - 4, 0], 6)
  const overlap = between(0.75, 1.1)

  const vessels: Shape[] = []
  for (let count = 0; count < 34; count++) {
    const at: Triple = [between(0, nx), between(0.35 * ny, ny), between(0, 88)]
    vessels.push(tube(at, near(at, 14), between(1, 3.2)))
  }
  const below: Organ[] = [
    organ([ellipsoid([0, 0.8 * ny, 60], [62, 52, 80]), ellipsoid([nx, 0.72 * ny, 55], [50, 50, 80])], between(0.04, 0.12), {
      edge: 8,
      opacity: 0.85,
    }),
    organ(vessels, between(0.7, 1.05), { opacity: between(0.5, 0.9) }),
    organ([tube([spine[0], spine[1], -10], [spine[0], spine[1], 98], 25)], between(0.4, 0.6), { opacity: 0.8 }),
    organ([tube([spine[0], spine[1], -10], [spine[0], spine[1], 98], 22.5)], between(0.08, 0.2)),
    organ([ellipsoid([between(0, 14), 0.3 * ny, -8], [56, 62, between(28, 42)])], between(0.55, 1.5), { edge: 5 }),
    organ([ellipsoid(leftVentricle, [50, 38, 42], 0.3), grown(rightVentricle, 4), grown(rightAtrium, 3)], between(0.4, 0.62), {
      edge: 2.5,
    }),
    organ([rightVentricle], blood(), { edge: 4 }),
    organ([rightAtrium], blood(), { edge: 2 }),
    organ([ellipsoid(leftVentricle, [38, 26, 31], 0.3)], atriumIntensity * between(0.94, 1.05), { edge: 3 }),
    organ([grown(descending, 1.5)], 0.5, { opacity: 0.8 }),
    organ([descending], blood() * overlap),
    organ(
      bentTube(
        rootOfAorta,
        [rootOfAorta[0] - 8, rootOfAorta[1] - 12, 70],
        [rootOfAorta[0] - 16, rootOfAorta[1] - 8, 98],
        [14, 13],
      ),
      blood(),
    ),
    organ(
      [tube(near([centre[0] - 50, centre[1] - radii[1] - 2, 40], 4), near([centre[0] - 50, centre[1] - radii[1] + 4, 98], 4), 9)],
      blood(),
    ),
    organ(
      bentTube(
        near([centre[0] + 48, 6, centre[2] + radii[2] - 4], 5),
        near([centre[0] + 20, centre[1] - 14, centre[2] + radii[2] + 9], 4),
        near([centre[0] - 48, centre[1] + 4, centre[2] + radii[2] + 5], 5),
        [14, 9],
      ),
      blood(),
    ),
    organ(
      veins.map(({ further }) => further),
      between(0.8, 1),
    ),
  ]
  return {
    size,
    below,
    atrium: [body, lobe, ...appendage, ...veins.flatMap(({ stump }) => stump)],
    atriumIntensity,
    wall: { thickness: between(0.6, 2.2), intensity: between(0.45, 0.75), opacity: between(0.3, 0.9) },
    beyond: [organ([tube(mouth, leftVentricle, between(13, 17), between(18, 22))], atriumIntensity, { edge: 2 })],
    valve,
  }
}

function grown<S extends Shape>(shape: S, by: number): S {
  return { ...shape, radii: shape.radii.map((radius) => radius + by) }
}

function evenWithin(value: number, low: number, high: number): number {
  return Math.min(Math.max(Math.round(value), low), high)
}
