// Part of `pnpm version-packages`: what the code computes now is what the release computes.
import { storedResults, storeResults } from './stored-results.mjs'

const { current } = storedResults()
storeResults({ current, released: current })
