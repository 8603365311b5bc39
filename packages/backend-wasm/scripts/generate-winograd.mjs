// Winograd convolution k3 s1 p1, channels-last, channels a multiple of 4: output (and with flipped filters the input's gradient) and the filter's gradient. F(mx,3) x F(my,3) x F(mz,3).
//
// A tile row is all tiles along z, the axis whose voxels lie side by side. `inputRow` transforms x and y in registers into a line buffer and then z with a rolling window into
// V[point][tile][channel]; one product per point; `outputRow` goes back the same way. Tensors are not padded: rows outside are a line of zeros (input) or a
// line that nobody reads (output).
import { Emitter, TRANSFORMS } from './winograd-transforms.mjs'

export const TILE_SHAPES = ['222', '444']

const range = (n) => [...Array(n).keys()]
const transpose = (rows) => rows[0].map((_, i) => rows.map((row) => row[i]))

export const outputs = (options) =>
  TILE_SHAPES.map((shape) => ({ target: `winograd-${shape}.ts`, source: generate(shape, options) }))

function generate(shape, { relaxed, wide }) {
  const [MX, MY, MZ] = [...shape].map(Number)
  const [TX, TY, TZ] = [MX, MY, MZ].map((m) => TRANSFORMS[m])
  const [PX, PY, PZ] = [TX.points, TY.points, TZ.points]
  const POINTS = PX * PY * PZ
  const LINES = PX * PY
  // The bias enters at the point whose weight is one in every output of the tile; F(4,3) has none, and adds it at the end.
  const biasPoint = shape === '222' ? (PY + 1) * PZ + 1 : undefined

  const block = (write, pairs = false) => {
    const emitter = new Emitter({ relaxed, pairs })
    write(emitter)
    return emitter.lines.join('\n')
  }

  /** Statements that name the rows r0.. of an nx by ny neighbourhood, `offset` voxels before the tile's corner; outside ones are `other`. */
  const rowPointers = (nx, ny, offset, other) => `
  const ty = row % tilesY
  const tx = (row / tilesY) % tilesX
  const n = row / (tilesY * tilesX)
  ${range(nx)
    .map((i) => `const x${i} = <isize>(tx * ${MX} + ${i}) - ${offset}`)
    .join('\n')}
  ${range(ny)
    .map((j) => `const y${j} = <isize>(ty * ${MY} + ${j}) - ${offset}`)
    .join('\n')}
  ${range(nx)
    .flatMap((i) =>
      range(ny).map(
        (j) =>
          `const r${i * ny + j}: usize = x${i} < 0 || x${i} >= <isize>X || y${j} < 0 || y${j} >= <isize>Y ? ${other} : tensor + ((n * X + <usize>x${i}) * Y + <usize>y${j}) * Z * voxel`,
      ),
    )
    .join('\n')}`

  /** Applies a transform along y, then x, to nx by ny vectors. */
  const plane = (emitter, nx, ny, name, load, store) => {
    const columns = range(nx).map((i) =>
      TY[name](
        emitter,
        range(ny).map((j) => load(i, j)),
      ),
    )
    for (const j of columns[0].keys()) {
      const values = TX[name](
        emitter,
        columns.map((column) => column[j]),
      )
      for (const [i, value] of values.entries()) store(i, j, value)
    }
  }

  /** Applies a transform along z, y and x to vectors [x][y][z]. */
  const cube = (emitter, source, name) => {
    const alongZ = source.map((rows) => rows.map((row) => TZ[name](emitter, row)))
    const alongY = alongZ.map((rows) => transpose(transpose(rows).map((column) => TY[name](emitter, column))))
    const planes = alongY[0].map((_, j) =>
      transpose(transpose(alongY.map((rows) => rows[j])).map((column) => TX[name](emitter, column))),
    )
    return planes[0].map((_, i) => planes.map((rows) => rows[i]))
  }

  // A row's transforms, for one vector at a time and, in the wide kernels, for pairs of them where channels come in pairs of four.
  const PAIRS = 'Pairs'
  const rowOf = (write) => [...(wide ? [write(PAIRS)] : []), write('')].join('\n')
  const step = (pairs) => (pairs ? 32 : 16)
  const pairsIf = (name, channels, parameters, result = '') =>
    wide ? `if (!(${channels} & 31)) { ${result}${name}${PAIRS}(${parameters}); ${result ? '' : 'return'} }` : ''
  const named = (parameters) => parameters.replaceAll(/: \w+/g, '')

  const INPUT_ROW =
    'tensor: usize, X: usize, Y: usize, Z: usize, row: usize, voxel: usize, L: usize, V: usize, pointStride: usize, tileStride: usize, panelStride: usize, zeros: usize'
  const inputRow = rowOf(
    (pairs) => `
// x rows of one tile row -> points of its tiles. L has ${LINES} lines of (tilesZ * ${MZ} + 2) voxels, zero at both ends.
function inputRow${pairs}(${INPUT_ROW}): void {
  ${pairs ? '' : pairsIf('inputRow', 'voxel', named(INPUT_ROW))}
  const tilesX = (X + ${MX - 1}) / ${MX}, tilesY = (Y + ${MY - 1}) / ${MY}, tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const line = (tilesZ * ${MZ} + 2) * voxel
  ${rowPointers(PX, PY, 1, 'zeros')}
  for (let i: usize = 0, e = Z * voxel; i < e; i += ${step(pairs)}) {
    const l = L + voxel + i
    ${block(
      (e) =>
        plane(
          e,
          PX,
          PY,
          'input',
          (i, j) => e.load(`r${i * PY + j} + i`),
          (i, j, value) => e.store(`l + ${i * PY + j} * line`, value),
        ),
      pairs,
    )}
  }
  for (let k: usize = 0; k < ${LINES}; k++) for (let c: usize = 0; c < voxel; c += ${step(pairs)}) {
    let l = L + k * line + c
    let v = V + k * ${PZ} * pointStride + (c >> 6) * panelStride + (c & 63)
    ${block((e) => {
      e.declare('let', 'e0', 'l')
      e.declare('let', 'e1', 'l + voxel')
    }, pairs)}
    l += 2 * voxel
    for (let t: usize = 0; t < tilesZ; t++) {
      ${block((e) => {
        const d = ['e0', 'e1', ...range(MZ).map((j) => e.load(`l + ${j} * voxel`))]
        TZ.input(e, d).forEach((value, j) => {
          e.store(`v + ${j} * pointStride`, value)
        })
        e.assign('e0', d[MZ])
        e.assign('e1', d[MZ + 1])
      }, pairs)}
      l += ${MZ} * voxel
      v += tileStride
    }
  }
}`,
  )

  const gradRow = rowOf(
    (pairs) => `
// dy rows of one tile row -> A dy A^T of its tiles. Lines of tilesZ * ${MZ} voxels, zero at the end.
function gradRow${pairs}(${INPUT_ROW}): void {
  ${pairs ? '' : pairsIf('gradRow', 'voxel', named(INPUT_ROW))}
  const tilesX = (X + ${MX - 1}) / ${MX}, tilesY = (Y + ${MY - 1}) / ${MY}, tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const line = tilesZ * ${MZ} * voxel
  ${rowPointers(MX, MY, 0, 'zeros')}
  for (let i: usize = 0, e = Z * voxel; i < e; i += ${step(pairs)}) {
    const l = L + i
    ${block(
      (e) =>
        plane(
          e,
          MX,
          MY,
          'outputBack',
          (i, j) => e.load(`r${i * MY + j} + i`),
          (i, j, value) => e.store(`l + ${i * PY + j} * line`, value),
        ),
      pairs,
    )}
  }
  for (let k: usize = 0; k < ${LINES}; k++) for (let c: usize = 0; c < voxel; c += ${step(pairs)}) {
    let l = L + k * line + c
    let v = V + k * ${PZ} * pointStride + (c >> 6) * panelStride + (c & 63)
    for (let t: usize = 0; t < tilesZ; t++) {
      ${block((e) => {
        const d = range(MZ).map((j) => e.load(`l + ${j} * voxel`))
        TZ.outputBack(e, d).forEach((value, j) => {
          e.store(`v + ${j} * pointStride`, value)
        })
      }, pairs)}
      l += ${MZ} * voxel
      v += tileStride
    }
  }
}`,
  )

  /** The output's transform along y and x for all voxels of the row; `finish` may add to each. */
  const lastPass = (pairs, withBias) => `{
    for (let base = first, e = first + Z * voxel; base < e; base += voxel) for (let c: usize = 0; c < group; c += ${step(pairs)}, l += ${step(pairs)}) {
      const o = base + c
      ${block((e) => {
        if (withBias) e.declare('const', 'b', 'bias + c')
        plane(
          e,
          PX,
          PY,
          'output',
          (i, j) => e.load(`l + ${i * PY + j} * line`),
          (i, j, value) => e.store(`r${i * MY + j} + o`, withBias ? e.add(value, 'b') : value),
        )
      }, pairs)}
    }
  }`

  const OUTPUT_ROW =
    'tensor: usize, X: usize, Y: usize, Z: usize, row: usize, voxel: usize, first: usize, group: usize, L: usize, M: usize, pointStride: usize, tileStride: usize, bias: usize, dump: usize, gather: usize, start: bool'
  const outputRow = rowOf(
    (pairs) => `
// Points M[point][tile][group] of one tile row -> y rows, the channels [first, first + group) of them. Sizes of channels in bytes. bias: of the group, or 0. With gather: statistics of these channels.
function outputRow${pairs}(${OUTPUT_ROW}): usize {
  ${pairs ? '' : pairsIf('outputRow', 'group', named(OUTPUT_ROW), 'return ')}
  const tilesX = (X + ${MX - 1}) / ${MX}, tilesY = (Y + ${MY - 1}) / ${MY}, tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const line = tilesZ * ${MZ} * group
  ${rowPointers(MX, MY, 0, 'dump')}
  for (let k: usize = 0; k < ${LINES}; k++) for (let c: usize = 0; c < group; c += ${step(pairs)}) {
    let l = L + k * line + c
    let m = M + k * ${PZ} * pointStride + c
    for (let t: usize = 0; t < tilesZ; t++) {
      ${block((e) => {
        const d = range(PZ).map((j) => e.load(`m + ${j} * pointStride`))
        TZ.output(e, d).forEach((value, j) => {
          e.store(`l + ${j} * group`, value)
        })
      }, pairs)}
      l += ${MZ} * group
      m += tileStride
    }
  }
  let l = L
  ${biasPoint === undefined ? `if (bias) ${lastPass(pairs, true)} else` : ''}
  ${lastPass(pairs, false)}
  let valid: usize = 0
  if (gather) {
    if (start) gatherStart(gather, group / 4, r0 + first)
    ${range(MX * MY)
      .map((i) => `if (r${i} != dump) { gatherRow(gather, group / 4, r${i} + first, Z, voxel); valid++ }`)
      .join('\n')}
  }
  return valid
}`,
  )

  const filter = `
// Filter -> points U[point][k][width] of one panel: contracted channels [k0, k1) of kCount, panel channels [n, n + width) of nCount. taps: room for TAPS_BYTES.
function filterPanel(w: usize, u: usize, pointStride: usize, k0: usize, k1: usize, kCount: usize, nCount: usize, n: usize, width: usize, flip: usize, taps: usize): void {
  for (let at = k0; at < k1; at += DEPTH) {
    const depth = min(DEPTH, k1 - at)
    readTaps(w, taps, at, at + depth, kCount, nCount, n, width, flip)
    for (let k: usize = 0; k < depth; k++) for (let c: usize = 0; c < width; c += 4) {
      const to = u + ((at + k) * width + c) * 4
      const q = taps + k * 64 + c * 4
      ${block((e) => {
        const source = range(3).map((i) =>
          range(3).map((j) => range(3).map((z) => e.load(`q + ${(i * 3 + j) * 3 + z} * TAP_STRIDE`))),
        )
        for (const [i, rows] of cube(e, source, 'filter').entries()) {
          for (const [j, row] of rows.entries()) {
            for (const [z, value] of row.entries()) e.store(`to + ${(i * PY + j) * PZ + z} * pointStride`, value)
          }
        }
      })}
    }
  }
}`

  const filterBack = `
// Points U[point][k][width], rows \`kStride\` bytes apart -> filter gradient, contracted channels [k0, k1), panel channels [n, n + width). taps: room for TAPS_BYTES.
function filterBack(u: usize, pointStride: usize, kStride: usize, w: usize, k0: usize, k1: usize, kCount: usize, nCount: usize, n: usize, width: usize, taps: usize): void {
  for (let at = k0; at < k1; at += DEPTH) {
    const depth = min(DEPTH, k1 - at)
    for (let k: usize = 0; k < depth; k++) for (let c: usize = 0; c < width; c += 4) {
      const q = u + (at - k0 + k) * kStride + c * 4
      const to = taps + k * 64 + c * 4
      ${block((e) => {
        const source = range(PX).map((i) =>
          range(PY).map((j) => range(PZ).map((z) => e.load(`q + ${(i * PY + j) * PZ + z} * pointStride`))),
        )
        for (const [i, rows] of cube(e, source, 'filterBack').entries()) {
          for (const [j, row] of rows.entries()) {
            for (const [z, value] of row.entries()) e.store(`to + ${(i * 3 + j) * 3 + z} * TAP_STRIDE`, value)
          }
        }
      })}
    }
    writeTaps(taps, w, at, at + depth, kCount, nCount, n, width)
  }
}`

  const END = 'begin: i32, end: i32, thread: i32, scratch: usize'
  const exported = `
/** Transformed filters: U[point][panel][k][width], points \`(k * n + 16) * 4\` bytes apart. A task is ${'`step`'} contracted channels of one panel. */
export function winogradFilter${shape}(w: usize, u: usize, kCount: usize, nCount: usize, flip: usize, step: usize, ${END}): void {
  const parts = (kCount + step - 1) / step
  const pointStride = (kCount * nCount + 16) * 4
  for (let task = <usize>begin; task < <usize>end; task++) {
    const n = panelStart(task / parts, nCount)
    const width = panelWidth(n, nCount)
    const k0 = (task % parts) * step
    const k1 = min(k0 + step, kCount)
    filterPanel(w, u + n * kCount * 4, pointStride, k0, k1, kCount, nCount, n, width, flip, scratch)
  }
}

/**
 * All input points into V[point][tile][channel] or, with \`apart\`, V[panel of 16 channels][point][tile][16], which the filter's gradient reads; room for \`tiles\` tiles. A task
 * is one tile row. With \`grad\`: of dy, A dy A^T.
 */
export function winogradPoints${shape}(x: usize, v: usize, X: usize, Y: usize, Z: usize, channels: usize, tiles: usize, apart: usize, grad: usize, ${END}): void {
  const voxel = channels * 4
  const tileStride = apart ? 64 : voxel
  const pointStride = tiles * tileStride + 64
  const panelStride = apart ? ${POINTS} * pointStride : 64
  const tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const zeros = scratch
  const L = zeros + Z * voxel
  memory.fill(zeros, 0, Z * voxel + ${LINES} * (tilesZ * ${MZ} + 2) * voxel)
  for (let row = <usize>begin; row < <usize>end; row++) {
    const to = v + row * tilesZ * tileStride
    if (grad) gradRow(x, X, Y, Z, row, voxel, L, to, pointStride, tileStride, panelStride, zeros)
    else inputRow(x, X, Y, Z, row, voxel, L, to, pointStride, tileStride, panelStride, zeros)
  }
}

/**
 * y = x * filter. A task is \`blockRows\` tile rows for \`groupSize\` output channels (groups of one block are neighbours). \`bias\`: float32[nCount] or 0.
 * staged: x is V of winogradPoints for all tiles, and there is one block. inline: u is the filter itself (2 = flipped), groups are panels of 16.
 * slots: 0, or (count, mean, M2) per block and channel.
 */
export function winogradForward${shape}(
  x: usize, u: usize, bias: usize, y: usize, slots: usize, X: usize, Y: usize, Z: usize, kCount: usize, nCount: usize,
  rows: usize, blockRows: usize, groupSize: usize, staged: usize, inline: usize, ${END},
): void {
  const tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const kBytes = kCount * 4
  const group = groupSize * 4
  const groups = (nCount + groupSize - 1) / groupSize
  const tiles = (blockRows * tilesZ + 7) & ~7
  const filterStride = inline ? kCount * 64 + 64 : (kCount * nCount + 16) * 4
  // Rows a power of two apart would fall into few sets of the cache.
  const tileIn = !staged && kCount >= 64 ? kBytes + 64 : kBytes
  const tileOut = groupSize >= 64 ? group + 64 : group
  const pointIn = tiles * tileIn + 64
  const pointOut = tiles * tileOut + 64
  const zeros = scratch
  const dump = zeros + max(Z * kBytes, 64)
  const gather = dump + Z * nCount * 4
  const lineIn = gather + ((gatherBytes(groupSize) + 63) & ~63)
  const lineOut = lineIn + (staged ? 0 : ${LINES} * (tilesZ * ${MZ} + 2) * kBytes)
  const M = (lineOut + ${LINES} * tilesZ * ${MZ} * group + 63) & ~63
  const panel = M + ${POINTS} * pointOut
  const own = panel + (inline ? ${POINTS} * filterStride : 0)
  const V = staged ? x : own
  memory.fill(zeros, 0, dump - zeros)
  if (!staged) memory.fill(lineIn, 0, lineOut - lineIn)
  let current: usize = usize.MAX_VALUE
  for (let task = <usize>begin; task < <usize>end; task++) {
    const index = task / groups
    const n0 = (task % groups) * groupSize
    const n1 = min(n0 + groupSize, nCount)
    const row0 = index * blockRows
    const count = min(blockRows, rows - row0)
    if (index != current && !staged) {
      for (let i: usize = 0; i < count; i++) inputRow(x, X, Y, Z, row0 + i, kBytes, lineIn, V + i * tilesZ * tileIn, pointIn, tileIn, 64, zeros)
    }
    current = index
    if (inline) filterPanel(u, panel, filterStride, 0, kCount, kCount, nCount, n0, panelWidth(n0, nCount), inline - 1, own)
    const m = count * tilesZ
    for (let p: usize = 0; p < ${POINTS}; p++) {
      const from = ${biasPoint === undefined ? '<usize>0' : `p == ${biasPoint} ? bias : 0`}
      const a = V + p * pointIn
      const c = M + p * pointOut
      const b = inline ? panel + p * filterStride - n0 * kBytes : u + p * filterStride
      let n = n0
      for (; n + 16 <= n1; n += 16) multiply16(a, tileIn, b + n * kBytes, c + (n - n0) * 4, tileOut, kBytes, m, from ? from + n * 4 : zeros)
      if (n + 8 <= n1) { multiply8(a, tileIn, b + n * kBytes, c + (n - n0) * 4, tileOut, kBytes, m, from ? from + n * 4 : zeros); n += 8 }
      if (n < n1) multiply4(a, tileIn, b + n * kBytes, c + (n - n0) * 4, tileOut, kBytes, m, from ? from + n * 4 : zeros)
    }
    const bytes = (n1 - n0) * 4
    let valid: usize = 0
    for (let i: usize = 0; i < count; i++) {
      valid += outputRow(y, X, Y, Z, row0 + i, nCount * 4, n0 * 4, bytes, lineOut, M + i * tilesZ * tileOut, pointOut, tileOut, bias ? bias + n0 * 4 : 0, dump, slots ? gather : 0, i == 0)
    }
    if (slots) gatherEnd(gather, n1 - n0, n1 - n0, <f64>(valid * Z), slots + (index * nCount + n0) * 24)
  }
}

/**
 * Points of the filter's gradient, one sum a task: dU[task][point][k][n], rows of k rounded up to 8. A task is \`chunkRows\` tile rows, in blocks of \`blockRows\`;
 * every block is summed from zero and added once, which keeps the error down.
 */
export function winogradGradFilter${shape}(
  x: usize, dy: usize, du: usize, X: usize, Y: usize, Z: usize, kCount: usize, nCount: usize, rows: usize, blockRows: usize, chunkRows: usize, ${END},
): void {
  const tilesZ = (Z + ${MZ - 1}) / ${MZ}
  const kBytes = kCount * 4
  const nBytes = nCount * 4
  const tiles = blockRows * tilesZ
  const tileIn = kCount >= 64 ? kBytes + 64 : kBytes
  const tileOut = nCount >= 64 ? nBytes + 64 : nBytes
  const pointIn = tiles * tileIn + 64
  const pointOut = tiles * tileOut + 64
  const sumStride = (((kCount + 7) & ~7) * nCount + 16) * 4
  const zeros = scratch
  const lineIn = zeros + Z * max(kBytes, nBytes)
  const lineOut = lineIn + ${LINES} * (tilesZ * ${MZ} + 2) * kBytes
  const V = (lineOut + ${LINES} * tilesZ * ${MZ} * nBytes + 63) & ~63
  const G = V + ${POINTS} * pointIn
  memory.fill(zeros, 0, V - zeros)
  for (let task = <usize>begin; task < <usize>end; task++) {
    const sum = du + task * ${POINTS} * sumStride
    const last = min((task + 1) * chunkRows, rows)
    for (let row0 = task * chunkRows; row0 < last; row0 += blockRows) {
      const count = min(blockRows, last - row0)
      for (let i: usize = 0; i < count; i++) {
        inputRow(x, X, Y, Z, row0 + i, kBytes, lineIn, V + i * tilesZ * tileIn, pointIn, tileIn, 64, zeros)
        gradRow(dy, X, Y, Z, row0 + i, nBytes, lineOut, G + i * tilesZ * tileOut, pointOut, tileOut, 64, zeros)
      }
      const m = count * tilesZ
      const fresh = row0 == task * chunkRows
      for (let p: usize = 0; p < ${POINTS}; p++) outerPanels(V + p * pointIn, tileIn, G + p * pointOut, tileOut, sum + p * sumStride, nBytes, m, kCount, nCount, fresh)
    }
  }
}

function outerPanels(a: usize, lda: usize, b: usize, ldb: usize, c: usize, ldc: usize, count: usize, k: usize, nCount: usize, fresh: bool): void {
  let n: usize = 0
  for (; n + 16 <= nCount; n += 16) {
    if (fresh) outer16(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
    else outerAdd16(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
  }
  if (n + 8 <= nCount) {
    if (fresh) outer8(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
    else outerAdd8(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
    n += 8
  }
  if (n < nCount) {
    if (fresh) outer4(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
    else outerAdd4(a, lda, b + n * 4, ldb, c + n * 4, ldc, count, k)
  }
}

/** Sums dU over \`chunks\` in order and transforms back. A task is DEPTH contracted channels of one panel. */
export function winogradGradFilterEnd${shape}(du: usize, dw: usize, kCount: usize, nCount: usize, chunks: usize, ${END}): void {
  const sumStride = (((kCount + 7) & ~7) * nCount + 16) * 4
  const parts = (kCount + DEPTH - 1) / DEPTH
  const summed = scratch + TAPS_BYTES
  for (let task = <usize>begin; task < <usize>end; task++) {
    const n = panelStart(task / parts, nCount)
    const width = panelWidth(n, nCount)
    const k0 = (task % parts) * DEPTH
    const k1 = min(k0 + DEPTH, kCount)
    const from = du + (k0 * nCount + n) * 4
    if (chunks == 1) {
      filterBack(from, sumStride, nCount * 4, dw, k0, k1, kCount, nCount, n, width, scratch)
      continue
    }
    for (let p: usize = 0; p < ${POINTS}; p++) for (let k: usize = 0; k < k1 - k0; k++) for (let c: usize = 0; c < width * 4; c += 16) {
      let q = from + p * sumStride + k * nCount * 4 + c
      let s = v128.load(q)
      for (let i: usize = 1; i < chunks; i++) {
        q += ${POINTS} * sumStride
        s = f32x4.add(s, v128.load(q))
      }
      v128.store(summed + p * TAP_STRIDE + k * 64 + c, s)
    }
    filterBack(summed, TAP_STRIDE, 64, dw, k0, k1, kCount, nCount, n, width, scratch)
  }
}

/** dw from the points of all tiles (winogradPoints of x and of dy, apart): a task is 16 contracted channels for one panel. Sums of \`run\` tiles are made in registers. */
export function winogradGradFilterPanels${shape}(v: usize, g: usize, dw: usize, kCount: usize, nCount: usize, count: usize, tiles: usize, run: usize, ${END}): void {
  const pointStride = tiles * 64 + 64
  const panelStride = ${POINTS} * pointStride
  const parts = (kCount + 15) / 16
  for (let task = <usize>begin; task < <usize>end; task++) {
    const n = panelStart(task / parts, nCount)
    const width = panelWidth(n, nCount)
    const k = (task % parts) * 16
    const depth = min(<usize>16, kCount - k)
    const stride: usize = 16 * width * 4 + 64
    for (let p: usize = 0; p < ${POINTS}; p++) {
      const a = v + (k >> 4) * panelStride + p * pointStride
      const b = g + (n >> 4) * panelStride + p * pointStride + (n & 15) * 4
      for (let t: usize = 0; t < count; t += run) outerPanels(a + t * 64, 64, b + t * 64, 64, scratch + p * stride, width * 4, min(run, count - t), depth, width, t == 0)
    }
    filterBack(scratch, stride, width * 4, dw, k, k + depth, kCount, nCount, n, width, scratch + ${POINTS} * stride)
  }
}`

  return [
    "import { multiply16, multiply8, multiply4, outer16, outer8, outer4, outerAdd16, outerAdd8, outerAdd4 } from './gemm'",
    "import { gatherBytes, gatherEnd, gatherRow, gatherStart } from '../statistics'",
    "import { panelStart, panelWidth } from '../panels'",
    "import { DEPTH, readTaps, TAP_STRIDE, TAPS_BYTES, writeTaps } from '../filter-taps'",
    inputRow,
    gradRow,
    outputRow,
    filter,
    filterBack,
    exported,
  ].join('\n')
}
