import { vi } from 'vitest'
import { DAMAGES } from '../../packages/trainer/test/damage'
import { damagedCommands } from './damaged-commands'

const place = vi.hoisted(() => ({ projectRoot: '' }))
vi.mock('../src/data/project-root', () => place)

damagedCommands(place, () => Object.keys(DAMAGES))
