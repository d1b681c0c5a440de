// Written from serin-canary.mjs by go generate ./infra/browser; do not edit.
(() => {
const KEY = 'serin-canary'

function lot(salt, id) {
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

const rule = (rules, told) => rules?.find((r) => r.values.includes((read[r.attribute] ?? (() => told[r.attribute]))(r.name)))

function choose({stable, canary: version, percentage, salt, rules, features}, id, told = {}) {
  const active = version && percentage > 0
  const first = active && percentage < 100 && rule(rules, told)
  const canary = first ? first.serve === 'canary' : !!active && !!id && lot(salt, id) < percentage
  const on = ([name, f]) => {
    const first = rule(f.rules, told)
    return [name, !!active && (first ? first.serve === 'canary' : canary && lot(salt + '/' + name, id) < (f.percentage ?? 100))]
  }
  return {version: canary ? version : stable, stable, canary, reason: first ? 'rule ' + first.attribute : 'lot', features: Object.fromEntries(Object.entries(features ?? {}).map(on))}
}

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

async function load(src, nonce, timeout) {
  const add = (tag, set) => new Promise((yes, no) => {
    const e = Object.assign(document.createElement(tag), set, {onload: yes, onerror: () => no(Error('not loaded'))})
    if (nonce) e.nonce = nonce
    document.head.append(e)
  })
  if (timeout) await Promise.race([add('link', {rel: 'modulepreload', href: src}), late(timeout)])
  await add('script', {type: 'module', src})
}

async function canary({config = '/canary-config.json', entry, fallback, timeout = 2000, visitor, nonce, ...told} = {}) {
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
globalThis.serinCanary = {canary, choose, lot}
const tag = document.currentScript, {timeout, ...set} = tag?.dataset ?? {}
if (set.entry) canary({...set, nonce: tag.nonce, timeout: timeout && +timeout})
})()
