// Convolutions of any kernel, stride and padding as matrix products, one output row (all voxels along z) at a time.
//
// The source voxels of a row are laid into a line [position along z][tap x][tap y][channel], zeros outside the tensor. Then the values that belong to one
// output voxel are one run of `taps z * taps x * taps y * channels` numbers, neighbours are `stride` positions apart, and no border is special. The same lines serve the output
// (line times filter) and the filter's gradient (line transposed times dy). The gradient of the input with stride s is s^3 such products with stride 1, one per class of
// positions modulo s, each written to every s-th voxel.
import { multiply16, multiply8, multiply4, outerAdd16, outerAdd8, outerAdd4 } from './generated/gemm'
import { gatherBytes, gatherEnd, gatherRow, gatherStart } from './statistics'
import { panelStart, panelWidth } from './panels'
import { transpose4 } from './filter-taps'

/** Rows that are made at once in scratch where the output cannot be written straight from registers. */
const PART: usize = 64
/** Products of the filter's gradient that are summed in registers before they are added to the sum. */
const RUN: usize = 256

@inline function round4(channels: usize): usize {
  return (channels + 3) & ~3
}

/**
 * Filter -> packed[panel][tap z][tap x][tap y][channel][width], zeros beyond `outputs`, and bias (or zeros) -> start[outputs rounded up to 4].
 * Tap t of an axis is the filter's `first + t * step`; strides in elements. The outputs are `outputs / split` parts, part p at the filter's tap z + p, zero where the filter has none
 * (split = outputs: one part). A task is one panel.
 */
export function directPack(
  w: usize, packed: usize, bias: usize, start: usize, tapsX: usize, tapsY: usize, tapsZ: usize, firstX: usize, firstY: usize, firstZ: usize, step: isize,
  sizeY: usize, sizeZ: usize, channels: usize, outputs: usize, split: usize, channelStride: usize, outputStride: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const padded = round4(outputs)
  const tap = channels * split * 4
  const depth = tapsX * tapsY * tapsZ * channels
  const whole = split % 4 == 0
  for (let task = <usize>begin; task < <usize>end; task++) {
    const n0 = panelStart(task, padded)
    const width = panelWidth(n0, padded)
    const row = width * 4
    for (let n = n0; n < n0 + width; n++) store<f32>(start + n * 4, bias && n < outputs ? load<f32>(bias + (n % split) * 4) : 0)
    let to = packed + n0 * depth * 4
    for (let tz: usize = 0; tz < tapsZ; tz++) for (let tx: usize = 0; tx < tapsX; tx++) for (let ty: usize = 0; ty < tapsY; ty++, to += channels * row) {
      const at = ((firstX + tx * <usize>step) * sizeY + firstY + ty * <usize>step) * sizeZ
      for (let n = n0; n < n0 + width; n += whole ? 4 : 1) {
        const z = firstZ + tz * <usize>step + n / split
        const column = to + (n - n0) * 4
        const from = w + (at + z) * tap + (n % split) * outputStride * 4
        // Below zero is above every size.
        const inside = n < outputs && z < sizeZ
        let c: usize = 0
        if (!inside) {
          if (whole) for (; c < channels; c++) v128.store(column + c * row, f32x4.splat(0))
          else for (; c < channels; c++) store<f32>(column + c * row, 0)
        } else if (whole) {
          if (outputStride == 1) for (; c < channels; c++) v128.store(column + c * row, v128.load(from + c * channelStride * 4))
          else {
            for (; c + 4 <= channels; c += 4) transpose4(from + c * 4, outputStride * 4, column + c * row, row)
            for (; c < channels; c++) for (let i: usize = 0; i < 4; i++) store<f32>(column + c * row + i * 4, load<f32>(from + (c + i * outputStride) * 4))
          }
        } else for (; c < channels; c++) store<f32>(column + c * row, load<f32>(from + c * channelStride * 4))
      }
    }
  }
}

/** Lays the source of one output row into `to`: `positions` along z from source position `z`, for taps from source (x, y). */
function layLine(
  source: usize, n: usize, X: usize, Y: usize, Z: usize, channels: usize, x: isize, y: isize, z: isize, tapsX: usize, tapsY: usize, positions: usize, to: usize,
): void {
  const voxel = channels * 4
  const pitch = tapsX * tapsY * voxel
  const before = <usize>max<isize>(0, min<isize>(-z, <isize>positions))
  const after = <usize>max<isize>(<isize>before, min<isize>(<isize>Z - z, <isize>positions))
  for (let tx: usize = 0; tx < tapsX; tx++) for (let ty: usize = 0; ty < tapsY; ty++, to += voxel) {
    const sx = x + <isize>tx
    const sy = y + <isize>ty
    const outside = sx < 0 || sx >= <isize>X || sy < 0 || sy >= <isize>Y
    const first = outside ? positions : before
    const last = outside ? positions : after
    if (pitch == voxel) {
      memory.fill(to, 0, first * voxel)
      if (first < last) memory.copy(to + first * voxel, source + (((n * X + <usize>sx) * Y + <usize>sy) * Z + <usize>(z + <isize>first)) * voxel, (last - first) * voxel)
      memory.fill(to + last * voxel, 0, (positions - last) * voxel)
      continue
    }
    let q = to
    for (let i: usize = 0; i < first; i++, q += pitch) clear(q, voxel)
    let p = source + (((n * X + <usize>sx) * Y + <usize>sy) * Z + <usize>(z + <isize>first)) * voxel
    if (voxel == 4) {
      for (let i = first; i < last; i++, q += pitch, p += 4) store<f32>(q, load<f32>(p))
    } else if (voxel % 16 == 0) {
      for (let i = first; i < last; i++, q += pitch) for (const e = p + voxel, d = q - p; p < e; p += 16) v128.store(p + d, v128.load(p))
    } else {
      for (let i = first; i < last; i++, q += pitch) for (const e = p + voxel, d = q - p; p < e; p += 4) store<f32>(p + d, load<f32>(p))
    }
    for (let i = last; i < positions; i++, q += pitch) clear(q, voxel)
  }
}

@inline function clear(at: usize, bytes: usize): void {
  for (const e = at + bytes; at < e; at += 4) store<f32>(at, 0)
}

/** c = start + a * packed for the output channels [n0, n1) (relative to c), all multiples of 4. */
function multiplyPanels(a: usize, lda: usize, packed: usize, c: usize, ldc: usize, kBytes: usize, m: usize, start: usize, n0: usize, n1: usize): void {
  let n = n0
  for (; n + 16 <= n1; n += 16) multiply16(a, lda, packed + n * kBytes, c + (n - n0) * 4, ldc, kBytes, m, start + n * 4)
  if (n + 8 <= n1) {
    multiply8(a, lda, packed + n * kBytes, c + (n - n0) * 4, ldc, kBytes, m, start + n * 4)
    n += 8
  }
  if (n < n1) multiply4(a, lda, packed + n * kBytes, c + (n - n0) * 4, ldc, kBytes, m, start + n * 4)
}

function copyVoxels(from: usize, fromStride: usize, to: usize, toStride: usize, bytes: usize, count: usize): void {
  for (let i: usize = 0; i < count; i++, from += fromStride, to += toStride) {
    let c: usize = 0
    for (; c + 16 <= bytes; c += 16) v128.store(to + c, v128.load(from + c))
    for (; c < bytes; c += 4) store<f32>(to + c, load<f32>(from + c))
  }
}

/**
 * One product of a convolution. Output row (n, ox, oy) reads source rows from ox * stride + offset (along z from oz * strideZ + offset) and goes to row (n, ox * apart + shiftX, oy * apart + shiftY) of y, whose rows are
 * `rowBytes` long; voxel oz goes `oz * voxelBytes + shiftBytes` into the row. A task is `blockRows` output rows, laid and multiplied `stack` at a time (more than one only if
 * taps z <= strideZ, and the rows follow each other in y), for `groupSize` outputs (a multiple of 16, or all). slots: 0, or (count, mean, M2) per block and output.
 */
export function directForward(
  source: usize, packed: usize, start: usize, y: usize, slots: usize, X: usize, Y: usize, Z: usize, channels: usize,
  tapsX: usize, tapsY: usize, tapsZ: usize, stride: usize, strideZ: usize, offsetX: isize, offsetY: isize, offsetZ: isize, outX: usize, outY: usize, outZ: usize,
  sizeX: usize, sizeY: usize, apart: usize, shiftX: usize, shiftY: usize, rowBytes: usize, voxelBytes: usize, shiftBytes: usize,
  outputs: usize, rows: usize, blockRows: usize, stack: usize, groupSize: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const groups = (outputs + groupSize - 1) / groupSize
  const groupPadded = round4(min(groupSize, outputs))
  const pitch = tapsX * tapsY * channels * 4
  const kBytes = tapsZ * pitch
  const lda = strideZ * pitch
  const positions = outZ ? (outZ - 1) * strideZ + tapsZ : 0
  // A source row can be used where it lies if it has one tap across and does not reach over the border.
  const inPlace = tapsX * tapsY == 1 && stack == 1 && offsetZ >= 0 && <usize>offsetZ + positions <= Z
  const gather = scratch
  const made = gather + ((gatherBytes(groupPadded) + 63) & ~63)
  const line = made + ((PART * groupPadded * 4 + 63) & ~63)
  const blocks = (rows + blockRows - 1) / blockRows
  for (let task = <usize>begin; task < <usize>end; task++) {
    const block = task % blocks
    const n0 = (task / blocks) * groupSize
    const n1 = min(n0 + groupSize, outputs)
    const straight = n1 % 4 == 0
    const last = min((block + 1) * blockRows, rows)
    for (let row0 = block * blockRows; row0 < last; row0 += stack) {
      const count = min(stack, last - row0)
      let a = line
      let to: usize = 0
      for (let i: usize = 0; i < count; i++) {
        const row = row0 + i
        const oy = row % outY
        const ox = (row / outY) % outX
        const n = row / (outY * outX)
        const x = <isize>(ox * stride) + offsetX
        const yy = <isize>(oy * stride) + offsetY
        if (inPlace && x >= 0 && x < <isize>X && yy >= 0 && yy < <isize>Y) a = source + (((n * X + <usize>x) * Y + <usize>yy) * Z + <usize>offsetZ) * channels * 4
        else layLine(source, n, X, Y, Z, channels, x, yy, offsetZ, tapsX, tapsY, positions, line + i * outZ * lda)
        if (i == 0) to = y + ((n * sizeX + ox * apart + shiftX) * sizeY + oy * apart + shiftY) * rowBytes + shiftBytes + n0 * 4
      }
      const m = count * outZ
      // Whole groups of 8 rows suit every micro-kernel; the rest is made in scratch, from a copy if the source lies in place.
      const full = m & ~7
      if (straight) multiplyPanels(a, lda, packed, to, voxelBytes, kBytes, full, start, n0, n1)
      for (let i = straight ? full : 0; i < m; ) {
        let part = min(PART, m - i)
        if (part > 7) part &= ~7
        let from = a + i * lda
        if (part < 8 && a != line) {
          copyVoxels(from, lda, line, kBytes, kBytes, part)
          from = line
          multiplyPanels(from, kBytes, packed, made, groupPadded * 4, kBytes, part, start, n0, round4(n1))
        } else multiplyPanels(from, lda, packed, made, groupPadded * 4, kBytes, part, start, n0, round4(n1))
        copyVoxels(made, groupPadded * 4, to + i * voxelBytes, voxelBytes, (n1 - n0) * 4, part)
        i += part
      }
      if (slots) {
        if (row0 == block * blockRows) gatherStart(gather, round4(n1 - n0), to)
        for (let i: usize = 0; i < m; i += RUN) gatherRow(gather, round4(n1 - n0), to + i * voxelBytes, min(RUN, m - i), voxelBytes)
      }
    }
    if (slots) gatherEnd(gather, round4(n1 - n0), n1 - n0, <f64>((last - block * blockRows) * outZ), slots + (block * outputs + n0) * 24)
  }
}

// A class of positions of the input's gradient: those that are `shift` modulo the stride. They see every stride-th tap only. With
// `parts` above 1 (a multiple of the stride) so many neighbours along z are the parts of one output instead: its run spans the taps of all, with zeros where a part has none.
// That pays where kernel = stride, which needs no zeros, and for so few channels that they would not fill a vector.

@inline function axisTaps(shift: usize, kernel: usize, stride: usize, padding: usize): usize {
  const first = (shift + padding) % stride
  return first < kernel ? (kernel - first + stride - 1) / stride : 0
}

@inline function axisFirst(shift: usize, kernel: usize, stride: usize, padding: usize): usize {
  return (shift + padding) % stride + stride * (axisTaps(shift, kernel, stride, padding) - 1)
}

@inline function axisOffset(shift: usize, kernel: usize, stride: usize, padding: usize): isize {
  return <isize>((shift + padding) / stride) - <isize>axisTaps(shift, kernel, stride, padding) + 1
}

@inline function partsFirst(kernel: usize, stride: usize, padding: usize): isize {
  const least = <isize>padding - <isize>kernel + 1
  return least > 0 ? (least + <isize>stride - 1) / <isize>stride : least / <isize>stride
}

@inline function partsTaps(parts: usize, kernel: usize, stride: usize, padding: usize): usize {
  return <usize>(<isize>((parts - 1 + padding) / stride) - partsFirst(kernel, stride, padding) + 1)
}

/** Filters and bias of every class for `directGradInput`, `classBytes` apart, start vectors `startAt` into them. A task is one panel of one class. */
export function directPackClasses(
  w: usize, packed: usize, bias: usize, classBytes: usize, startAt: usize, kernelX: usize, kernelY: usize, kernelZ: usize, stride: usize, padding: usize,
  parts: usize, classesX: usize, classesY: usize, classesZ: usize, channels: usize, resultChannels: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const classes = classesX * classesY * classesZ
  for (let task = <usize>begin; task < <usize>end; task++) {
    const index = task % classes
    const panel = task / classes
    const sx = index / (classesZ * classesY)
    const sy = (index / classesZ) % classesY
    const sz = index % classesZ
    const to = packed + index * classBytes
    directPack(
      w, to, bias, to + startAt,
      axisTaps(sx, kernelX, stride, padding), axisTaps(sy, kernelY, stride, padding), parts > 1 ? partsTaps(parts, kernelZ, stride, padding) : axisTaps(sz, kernelZ, stride, padding),
      axisFirst(sx, kernelX, stride, padding), axisFirst(sy, kernelY, stride, padding), parts > 1 ? padding - stride * <usize>partsFirst(kernelZ, stride, padding) : axisFirst(sz, kernelZ, stride, padding), -<isize>stride,
      kernelY, kernelZ, channels, resultChannels * parts, resultChannels, 1, channels,
      panel, panel + 1, thread, scratch,
    )
  }
}

/**
 * The gradient of the input, or a transposed convolution. X, Y, Z: sizes of dy; sizeX, sizeY, sizeZ: of the result. Every class has `blocks` blocks of
 * `blockRows` rows, the last of which may be empty, and the tasks of all classes alternate. slots: 0, or (count, mean, M2) per class, block and output.
 */
export function directGradInput(
  dy: usize, packed: usize, classBytes: usize, startAt: usize, y: usize, slots: usize, batch: usize, X: usize, Y: usize, Z: usize, channels: usize,
  kernelX: usize, kernelY: usize, kernelZ: usize, stride: usize, padding: usize, parts: usize, classesX: usize, classesY: usize, classesZ: usize,
  sizeX: usize, sizeY: usize, sizeZ: usize, resultChannels: usize, blocks: usize, blockRows: usize, groupSize: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const classes = classesX * classesY * classesZ
  const voxel = resultChannels * 4
  const outputs = resultChannels * parts
  for (let task = <usize>begin; task < <usize>end; task++) {
    const index = task % classes
    const own = task / classes
    const sx = index / (classesZ * classesY)
    const sy = (index / classesZ) % classesY
    const sz = index % classesZ
    const outX = (sizeX - sx + stride - 1) / stride
    const outY = (sizeY - sy + stride - 1) / stride
    const rows = batch * outX * outY
    const ownBlocks = (rows + blockRows - 1) / blockRows
    const ownSlots = slots ? slots + index * blocks * outputs * 24 : 0
    if (slots && own == 0) memory.fill(ownSlots + ownBlocks * outputs * 24, 0, (blocks - ownBlocks) * outputs * 24)
    if (own >= ownBlocks * ((outputs + groupSize - 1) / groupSize)) continue
    const from = packed + index * classBytes
    directForward(
      dy, from, from + startAt, y, ownSlots, X, Y, Z, channels,
      axisTaps(sx, kernelX, stride, padding), axisTaps(sy, kernelY, stride, padding), parts > 1 ? partsTaps(parts, kernelZ, stride, padding) : axisTaps(sz, kernelZ, stride, padding), 1, parts > 1 ? parts / stride : 1,
      axisOffset(sx, kernelX, stride, padding), axisOffset(sy, kernelY, stride, padding), parts > 1 ? partsFirst(kernelZ, stride, padding) : axisOffset(sz, kernelZ, stride, padding),
      outX, outY, parts > 1 ? sizeZ / parts : (sizeZ - sz + stride - 1) / stride,
      sizeX, sizeY, stride, sx, sy, sizeZ * voxel, (parts > 1 ? parts : stride) * voxel, sz * voxel,
      outputs, rows, blockRows, 1, groupSize,
      own, own + 1, thread, scratch,
    )
  }
}

/**
 * Sums of the filter's gradient: sums[task][tap z][tap x][tap y][channel][output], channels of a task's sum rounded up to a multiple of 8 and outputs to 4. A task is `chunkRows`
 * rows of dy, laid `stack` at a time. Neighbours share positions of a line; rows that are too short to be worth a pass over the sum are laid together, every voxel's run for itself
 * where runs overlap.
 */
export function directGradFilter(
  source: usize, dy: usize, sums: usize, X: usize, Y: usize, Z: usize, channels: usize,
  tapsX: usize, tapsY: usize, tapsZ: usize, stride: usize, padding: isize, outX: usize, outY: usize, outZ: usize, outputs: usize,
  rows: usize, chunkRows: usize, stack: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const pitch = tapsX * tapsY * channels * 4
  const depth = tapsZ * tapsX * tapsY * channels
  const alone = stack > 1 && tapsZ > stride
  const lda = alone ? depth * 4 : stride * pitch
  const ldb = outputs * 4
  const padded = round4(outputs)
  const ldc = padded * 4
  const sumBytes = ((depth + 7) & ~7) * ldc
  const positions = (outZ - 1) * stride + tapsZ
  const inPlace = tapsX * tapsY == 1 && stack == 1 && padding == 0
  const line = scratch + (alone ? stack * outZ * lda + 64 : 0)
  for (let task = <usize>begin; task < <usize>end; task++) {
    const sum = sums + task * sumBytes
    memory.fill(sum, 0, sumBytes)
    const last = min((task + 1) * chunkRows, rows)
    for (let row0 = task * chunkRows; row0 < last; row0 += stack) {
      const count = min(stack, last - row0)
      let a = scratch
      for (let i: usize = 0; i < count; i++) {
        const row = row0 + i
        const x = <isize>(((row / outY) % outX) * stride) - padding
        const y = <isize>((row % outY) * stride) - padding
        const n = row / (outY * outX)
        if (inPlace) a = source + ((n * X + <usize>x) * Y + <usize>y) * Z * channels * 4
        else if (alone) {
          layLine(source, n, X, Y, Z, channels, x, y, -padding, tapsX, tapsY, positions, line)
          copyVoxels(line, stride * pitch, scratch + i * outZ * lda, lda, lda, outZ)
        } else layLine(source, n, X, Y, Z, channels, x, y, -padding, tapsX, tapsY, positions, scratch + i * outZ * lda)
      }
      const m = count * outZ
      for (let i: usize = 0; i < m; i += RUN) {
        const run = min(RUN, m - i)
        const p = a + i * lda
        const q = dy + (row0 * outZ + i) * ldb
        let n: usize = 0
        for (; n + 16 <= padded; n += 16) outerAdd16(p, lda, q + n * 4, ldb, sum + n * 4, ldc, run, depth)
        if (n + 8 <= padded) {
          outerAdd8(p, lda, q + n * 4, ldb, sum + n * 4, ldc, run, depth)
          n += 8
        }
        if (n < padded) outerAdd4(p, lda, q + n * 4, ldb, sum + n * 4, ldc, run, depth)
      }
    }
  }
}

/** Adds the sums in order into dw[tap x][tap y][tap z][channel][output]. A task is one tap. */
export function directGradFilterEnd(
  sums: usize, dw: usize, chunks: usize, tapsX: usize, tapsY: usize, tapsZ: usize, channels: usize, outputs: usize,
  begin: i32, end: i32, thread: i32, scratch: usize,
): void {
  const padded = round4(outputs)
  const depth = tapsZ * tapsX * tapsY * channels
  const sumBytes = ((depth + 7) & ~7) * padded * 4
  for (let task = <usize>begin; task < <usize>end; task++) {
    const tz = task % tapsZ
    const txy = task / tapsZ
    const from = sums + (tz * tapsX * tapsY + txy) * channels * padded * 4
    for (let c: usize = 0; c < channels; c++) for (let n: usize = 0; n < outputs; n += 4) {
      let p = from + (c * padded + n) * 4
      let s = v128.load(p)
      for (let i: usize = 1; i < chunks; i++) {
        p += sumBytes
        s = f32x4.add(s, v128.load(p))
      }
      const to = dw + ((task * channels + c) * outputs + n) * 4
      if (n + 4 <= outputs) v128.store(to, s)
      else {
        store<f32>(to, f32x4.extract_lane(s, 0))
        if (n + 1 < outputs) store<f32>(to, f32x4.extract_lane(s, 1), 4)
        if (n + 2 < outputs) store<f32>(to, f32x4.extract_lane(s, 2), 8)
      }
    }
  }
}
