// A site's page: its options stand in the query parameter "with".
import {canary} from '/serin-canary.mjs'
const options = JSON.parse(new URLSearchParams(location.search).get('with') ?? '{}')
parent.postMessage({...await canary({entry: '/assets/{version}/main.js', fallback: 'built-in', ...options}), shown: document.documentElement.dataset.serinVersion}, '*')
