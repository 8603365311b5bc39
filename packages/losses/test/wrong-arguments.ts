import * as tf from '@tensorflow/tfjs-core'

/** What may be given in the place of an argument, and the words that refuse it. */
export interface Wrong {
  readonly what: string
  readonly value: () => unknown
  readonly code: 'DUALSEG_VALUE' | 'DUALSEG_SHAPE'
  /** Part of the message. */
  readonly words: string
}

export interface Argument {
  readonly name: string
  readonly good: () => unknown
  readonly wrong: readonly Wrong[]
}

const value = (what: string, of: () => unknown, words: string): Wrong => ({ what, value: of, code: 'DUALSEG_VALUE', words })
const shape = (what: string, of: () => unknown, words: string): Wrong => ({ what, value: of, code: 'DUALSEG_SHAPE', words })

const text = (sizes: readonly number[]) => `[${sizes.join(',')}]`

/** What is no tensor at all, or no longer. */
function noTensors(name: string, good: () => tf.Tensor): Wrong[] {
  const disposed = () => {
    const tensor = good()
    tensor.dispose()
    return tensor
  }
  return [
    value('nothing', () => undefined, `${name} is undefined, expected a tensor`),
    value('null', () => null, `${name} is null, expected a tensor`),
    value('a number', () => 0.5, `${name} is 0.5, expected a tensor`),
    value('a boolean', () => true, `${name} is true, expected a tensor`),
    value('a text', () => '0.5', `${name} is '0.5', expected a tensor`),
    value('a plain array', () => [[0, 1]], `${name} is an array of 1, expected a tensor; make one with tf.tensor`),
    value('a typed array', () => new Float32Array(4), `${name} is a Float32Array of 4, expected a tensor`),
    value('an object', () => ({}), `${name} is an object, expected a tensor`),
    value('a tensor that is gone', disposed, 'was disposed of, expected a live tensor'),
    value('a tensor of texts', () => tf.fill(good().shape, 'a', 'string'), `${name} is string; expected`),
  ]
}

interface FloatsOptions {
  /** Other classes than two are refused. */
  readonly binary?: boolean
  /** The last axis holds classes. @default true */
  readonly classes?: boolean
  /** The shape is that of another argument. */
  readonly follows?: boolean
  /** Shapes that are refused by themselves. */
  readonly shapes?: readonly [sizes: number[], words: string][]
}

/** A tensor of float32. */
export function floats(name: string, sizes: number[], options: FloatsOptions = {}): Argument {
  const { binary = false, classes = true, follows = false, shapes = [] } = options
  const good = () => tf.fill(sizes, 0.5)
  const front = sizes.slice(0, -1)
  const wrong = [
    ...noTensors(name, good),
    value('booleans', () => tf.fill(sizes, 1, 'bool'), `${name} is bool; expected float32, use tf.cast`),
    value('whole numbers', () => tf.fill(sizes, 1, 'int32'), `${name} is int32; expected float32, use tf.cast`),
    shape(
      'no voxels',
      () => tf.zeros([0, ...sizes.slice(1)]),
      `${name} ${text([0, ...sizes.slice(1)])} is empty; expected at least one voxel`,
    ),
  ]
  if (classes && !follows) {
    wrong.push(
      shape(
        'one class',
        () => tf.fill([...front, 1], 0.5),
        `${name} ${text([...front, 1])} has no class axis; expected [..., classes]`,
      ),
      shape('no class axis', () => tf.fill([2], 0.5), `${name} [2] has no class axis`),
      shape('a single number', () => tf.scalar(0.5), `${name} [] has no class axis`),
    )
  }
  if (binary) wrong.push(shape('three classes', () => tf.fill([...front, 3], 0.5), `${name} ${text([...front, 3])}`))
  if (follows)
    wrong.push(shape('another shape', () => tf.fill([...sizes, 2], 0.5), `${name} ${text([...sizes, 2])} does not match`))
  for (const [other, words] of shapes) wrong.push(shape(`the shape ${text(other)}`, () => tf.fill(other, 0.5), words))
  return { name, good, wrong }
}

/** Labels 0 ... classes - 1 of float32, int32 or bool. */
export function labels(name: string, sizes: number[], classes: number): Argument {
  const good = () => tf.fill(sizes, 1, 'int32')
  const hold = name.endsWith('s') ? 'hold' : 'holds'
  const bad = (number: number) =>
    value(
      `labels of ${number}`,
      () => tf.fill(sizes, number),
      `${name} ${hold} the value ${number}; expected integers from 0 to ${classes - 1}`,
    )
  return {
    name,
    good,
    wrong: [
      ...noTensors(name, good),
      shape('another shape', () => tf.fill([...sizes, 1], 1, 'int32'), `${name} ${text([...sizes, 1])} does not match`),
      shape('no voxels', () => tf.zeros([0, ...sizes.slice(1)], 'int32'), `${name} ${text([0, ...sizes.slice(1)])} is empty`),
      ...[classes, -1, 255, 0.5, Number.NaN, Number.POSITIVE_INFINITY].map(bad),
    ],
  }
}

/** A mask of 0 and 1 of float32, int32 or bool. */
export function mask(name: string, sizes: number[], options: { first?: boolean } = {}): Argument {
  const good = () => tf.ones(sizes)
  const other = shape('another shape', () => tf.ones([...sizes, 3]), `${text([...sizes, 3])}`)
  const bad = (number: number) =>
    value(
      `a mask of ${number}`,
      () => tf.fill(sizes, number),
      `${name} holds the value ${number}; expected 0 or 1 in every voxel`,
    )
  return {
    name,
    good,
    wrong: [
      ...noTensors(name, good),
      ...(options.first ? [] : [other]),
      shape('no voxels', () => tf.zeros([0, ...sizes.slice(1)]), `${name} ${text([0, ...sizes.slice(1)])} is empty`),
      ...[0.5, 2, -1, Number.NaN, Number.POSITIVE_INFINITY].map(bad),
    ],
  }
}

/** A number; `bad` are refused with `expected`. */
export function number(name: string, good: number, bad: readonly unknown[], expected: string): Argument {
  const all = [...bad, Number.NaN, null, '1', true, [1], {}]
  return {
    name,
    good: () => good,
    wrong: all.map((one) => value(`${name} = ${shown(one)}`, () => one, `${name} is ${shown(one)}; expected ${expected}`)),
  }
}

/** An object of options; `members` are its own with what they refuse. */
export function options(
  name: string,
  good: object,
  members: Readonly<Record<string, readonly [bad: readonly unknown[], expected: string]>>,
): Argument {
  const names = Object.keys(members).join(', ')
  return {
    name,
    good: () => good,
    wrong: [
      ...[null, 5, 'fast', true, ['fast']].map((one) =>
        value(shown(one), () => one, `${name} is ${shown(one)}, expected an object with ${names}`),
      ),
      value('an unknown option', () => ({ ...good, smoth: 1 }), `${name} has 'smoth', expected ${names}`),
      ...Object.entries(members).flatMap(([member, [bad, expected]]) =>
        bad.map((one) =>
          value(
            `${member} = ${shown(one)}`,
            () => ({ ...good, [member]: one }),
            `${member} is ${shown(one)}; expected ${expected}`,
          ),
        ),
      ),
    ],
  }
}

/** A list of tensors, all of one shape. */
export function list(name: string, one: Argument, least: number, what: string): Argument {
  const good = () => Array.from({ length: Math.max(2, least) }, one.good)
  const renamed = one.wrong.map((wrong) => ({
    ...wrong,
    what: `a list with ${wrong.what}`,
    value: () => [wrong.value(), ...(good() as unknown[]).slice(1)],
    words: wrong.words.replace(one.name, `${name}[0]`),
  }))
  return {
    name,
    good,
    wrong: [
      ...[undefined, null, 5, 'all', {}].map((none) =>
        value(shown(none), () => none, `${name} is ${shown(none)}; expected an array of tensors`),
      ),
      value('a tensor', one.good, `${name} is a tensor`),
      value(
        'a list that is too short',
        () => (good() as unknown[]).slice(0, least - 1),
        `${least - 1} ${what} were given; expected at least ${least}`,
      ),
      value('a list with a gap', () => [one.good(), undefined], `${name}[1] is undefined, expected a tensor`),
      shape('a list of other shapes', () => [one.good(), tf.ones([2, 1, 1, 1, 2])], `${name}[1] [2,1,1,1,2]`),
      ...renamed,
    ],
  }
}

/** As messages show it. */
export function shown(one: unknown): string {
  if (typeof one === 'string') return `'${one}'`
  if (Array.isArray(one)) return `an array of ${one.length}`
  return typeof one === 'object' && one !== null ? 'an object' : String(one)
}

/** Any other argument. */
export function other(
  name: string,
  good: () => unknown,
  wrong: readonly [of: unknown, words: string, code?: Wrong['code']][],
): Argument {
  return {
    name,
    good,
    wrong: wrong.map(([of, words, code = 'DUALSEG_VALUE']) => ({ what: shown(of), value: () => of, code, words })),
  }
}
