package dynamostore

// TTL is the attribute whose time ends an item.
const TTL = attrExpiresAt

// Schema is the table's keys and its indexes', as this package calls them.
func Schema() map[string][]string {
	return map[string][]string{
		"table":          {attrPK + " HASH", attrSK + " RANGE"},
		indexByPhase:     {attrPhase + " HASH", attrUpdatedAt + " RANGE"},
		indexByWake:      {attrWakeShard + " HASH", attrWakeAt + " RANGE"},
		indexByAttention: {attrAttention + " HASH", attrAttentionSince + " RANGE"},
	}
}
