// Serin's client-side canary: reads canary-config.json, puts the visitor into a
// bucket, loads that version's assets, and falls back to stable whatever fails.

const KEY = 'serin-canary'

// lot is the visitor's bucket, 0 to 99.99: the same for the same salt and id
// (FNV-1a, then murmur3's finalizer, which spreads it).
export function lot(salt, id) {
  let h = 0x811c9dc5
  for (const byte of new TextEncoder().encode(salt + ':' + id)) h = Math.imul(h ^ byte, 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (((h ^ (h >>> 16)) >>> 0) % 10000) / 100
}

const read = {
  cookie: (name) => document.cookie.split('; ').find((c) => c.startsWith(name + '='))?.slice(name.length + 1),
  query: (name) => new URLSearchParams(location.search).get(name),
}

// rule is the first that fits the visitor.
const rule = (rules, told) => rules?.find((r) => r.values.includes((read[r.attribute] ?? (() => told[r.attribute]))(r.name)))

// choose is what a config says of a visitor: version, canary, reason, features.
// Rules decide before the lot, but nothing is against 0 or 100 percent.
export function choose({stable, canary: version, percentage, salt, rules, features}, id, told = {}) {
  const active = version && percentage > 0
  const first = active && percentage < 100 && rule(rules, told)
  const canary = first ? first.serve === 'canary' : !!active && !!id && lot(salt, id) < percentage
  const on = ([name, f]) => {
    const first = rule(f.rules, told)
    return [name, !!active && (first ? first.serve === 'canary' : canary && lot(salt + '/' + name, id) < (f.percentage ?? 100))]
  }
  return {version: canary ? version : stable, stable, canary, reason: first ? 'rule ' + first.attribute : 'lot', features: Object.fromEntries(Object.entries(features ?? {}).map(on))}
}

// memory is what this browser keeps: the visitor's id and the last stable
// version; nothing where storage is denied.
function memory(change) {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY)) ?? {id: crypto.randomUUID()}
    localStorage.setItem(KEY, JSON.stringify(Object.assign(kept, change)))
    return kept
  } catch {
    return {}
  }
}

const late = (ms) => new Promise((_, no) => setTimeout(no, ms, Error('timeout')))

async function fetched(url) {
  const answer = await fetch(url, {cache: 'no-cache'})
  if (!answer.ok) throw Error('status ' + answer.status)
  const config = await answer.json()
  if (config.schema !== 1 || !config.stable) throw Error('not understood')
  return config
}

// load runs a script. What may be given up is fetched before it is run, so that
// it can't run late, beside what was loaded in its place.
async function load(src, nonce, timeout) {
  const add = (tag, set) => new Promise((yes, no) => {
    const e = Object.assign(document.createElement(tag), set, {onload: yes, onerror: () => no(Error('not loaded'))})
    if (nonce) e.nonce = nonce
    document.head.append(e)
  })
  if (timeout) await Promise.race([add('link', {rel: 'modulepreload', href: src}), late(timeout)])
  await add('script', {type: 'module', src})
}

// canary chooses and loads; README.md has the options. It never rejects. What was
// chosen is also an event, serin-canary, and data-serin-version.
export async function canary({config = '/canary-config.json', entry, fallback, timeout = 2000, visitor, nonce, ...told} = {}) {
  let chosen
  try {
    const c = await Promise.race([fetched(config), late(timeout)])
    const {id} = memory({stable: c.stable})
    chosen = choose(c, visitor ?? id, told)
  } catch (e) {
    const stable = memory().stable ?? fallback
    chosen = {version: stable, stable, canary: false, reason: 'config: ' + e.message, features: {}}
  }
  const versions = entry ? [...new Set([chosen.version, chosen.stable, fallback])].filter(Boolean) : []
  for (const version of versions) {
    try {
      await load(entry.replaceAll('{version}', version), nonce, version !== versions.at(-1) && timeout)
      chosen.version = version
      break
    } catch (e) {
      chosen = {...chosen, version: chosen.stable, canary: false, reason: version + ': ' + e.message, features: {}}
    }
  }
  document.documentElement.dataset.serinVersion = chosen.version
  dispatchEvent(new CustomEvent(KEY, {detail: chosen}))
  return chosen
}
