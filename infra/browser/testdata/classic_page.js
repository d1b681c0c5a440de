addEventListener('serin-canary', (e) => parent.postMessage({...e.detail, shown: document.documentElement.dataset.serinVersion}, '*'))
