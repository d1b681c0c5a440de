// The trial: does to the loader what visitors and releases do, and reports what
// it saw. What it should have seen, browser_test.go says.
import {canary, choose} from '/serin-canary.mjs'

const seen = {}
const post = (path, body) => fetch(path, {method: 'POST', body: JSON.stringify(body)})

// site sets what the server serves from now on.
const site = (s) => post('/site', s)
const config = (change) => ({schema: 1, stable: 'v1', canary: 'v2', percentage: 10, salt: 'shop', rev: 7, ...change})

// visit opens a page in a frame of its own, as a reload would, and returns what
// the loader chose, and which assets ran.
async function visit({page = '/testdata/page.html', query = '', sandbox, wait = 0, ...options} = {}) {
  const frame = document.createElement('iframe')
  if (sandbox) frame.sandbox = sandbox
  const ran = []
  const chosen = new Promise((yes) => {
    addEventListener('message', function hear({data, source}) {
      if (source !== frame.contentWindow) return
      if (data.ran) ran.push(data.ran)
      else yes(data)
    })
  })
  frame.src = page + '?with=' + encodeURIComponent(JSON.stringify(options)) + query
  document.body.append(frame)
  const {version, canary, reason, features, shown} = await chosen
  if (wait) await post('/assets-arrive', {})
  await new Promise((yes) => setTimeout(yes, wait || 20))
  frame.remove()
  return {version, canary, reason, features, shown, ran}
}

const forget = () => localStorage.clear()
const kept = () => JSON.parse(localStorage.getItem('serin-canary'))

// crowd is who of n visitors a config gives the canary to.
const crowd = (n, change) => [...Array(n).keys()].filter((i) => choose(config(change), 'visitor-' + i).canary)

async function lots() {
  await site({config: config({percentage: 10})})
  const all = await Promise.all(Array.from({length: 2000}, (_, i) => canary({visitor: 'visitor-' + i, timeout: 60000})))
  seen.share = all.filter((chosen) => chosen.canary).length
  seen.otherSalt = crowd(300, {percentage: 50, salt: 'other'})
  seen.rising = [0, 0.5, 5, 25, 50, 99, 100].map((percentage) => crowd(300, {percentage}))
}

async function release() {
  forget()
  seen.release = []
  for (const c of [{percentage: 0}, {percentage: 100}, {canary: null, percentage: 0}, {percentage: 100}, {stable: 'v2', canary: null, percentage: 0}]) {
    await site({config: config(c)})
    seen.release.push(await visit())
  }
  seen.id = [kept().id, (await visit(), kept().id)]
}

async function trouble() {
  await site({config: config({percentage: 100})})
  forget()
  await visit()
  for (const [name, s] of Object.entries({missing: {status: 404}, broken: {body: '{"stable": "v1"'}, empty: {body: '{}'}, slow: {hang: true}})) {
    await site(s)
    seen[name] = await visit({timeout: 300})
    const memory = localStorage.getItem('serin-canary')
    forget()
    seen[name + 'AtFirst'] = await visit({timeout: 300})
    localStorage.setItem('serin-canary', memory)
  }
  await site({config: config({percentage: 100}), missing: ['v2']})
  seen.noCanaryAssets = await visit()
  await site({config: config({percentage: 100}), slow: ['v2']})
  seen.slowCanaryAssets = await visit({timeout: 300, wait: 300})
  await site({config: config({percentage: 100}), slow: ['v1', 'v2']})
  setTimeout(() => post('/assets-arrive', {}), 800)
  seen.everythingSlow = await visit({timeout: 300, fallback: ''})
  await site({config: config({percentage: 100}), missing: ['v1', 'v2']})
  seen.onlyTheFallback = await visit()
  await site({config: config({percentage: 100})})
  seen.noStorage = await visit({sandbox: 'allow-scripts'})
}

async function rules() {
  const rules = [
    {attribute: 'cohort', values: ['staff'], serve: 'canary'}, {attribute: 'country', values: ['NO', 'SE'], serve: 'stable'},
    {attribute: 'cookie', name: 'beta', values: ['1'], serve: 'canary'}, {attribute: 'query', name: 'try', values: ['new'], serve: 'canary'},
  ]
  await site({config: config({percentage: 0.01, rules})})
  seen.cohort = await visit({cohort: 'staff'})
  seen.firstRule = await visit({cohort: 'staff', country: 'SE'})
  seen.noRule = await visit({cohort: 'other', visitor: 'visitor-1'})
  seen.query = await visit({query: '&try=new'})
  document.cookie = 'beta=1; SameSite=Strict; Path=/'
  seen.cookie = await visit()
  document.cookie = 'beta=; Max-Age=0; Path=/'
  await site({config: config({percentage: 99.99, rules})})
  seen.country = await visit({country: 'SE'})
  const features = {plain: {percentage: 100}, none: {percentage: 0}, staff: {percentage: 0, rules: rules.slice(0, 1)}, others: {rules: [{...rules[0], serve: 'stable'}]}}
  for (const [name, c] of Object.entries({at0: {percentage: 0}, at100: {percentage: 100}, withoutCanary: {canary: null}})) {
    await site({config: config({...c, rules, features})})
    seen[name] = await visit({cohort: 'staff', country: 'SE'})
  }
  await site({config: config({percentage: 0.01, features})})
  seen.featuresOnStable = await visit({cohort: 'staff', visitor: 'visitor-1'})
}

async function policies() {
  await site({config: config({percentage: 100})})
  forget()
  seen.classic = await visit({page: '/testdata/classic.html'})
  await site({config: config({percentage: 100}), nonceOnly: true})
  seen.nonce = await visit({nonce: 'n0nce'})
}

try {
  for (const act of [lots, release, trouble, rules, policies]) await act()
} catch (e) {
  seen.error = String(e.stack ?? e)
}
post('/report', seen)
