package dynamostore

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// The keys of the table and of its indexes. The template in infra declares the
// same ones.
const (
	attrPK             = "pk"
	attrSK             = "sk"
	attrPhase          = "phase"
	attrUpdatedAt      = "updated_at"
	attrWakeShard      = "wake_shard"
	attrWakeAt         = "wake_at"
	attrAttention      = "attention"
	attrAttentionSince = "attention_since"
	attrExpiresAt      = "expires_at" // TTL, epoch seconds

	indexByPhase     = "by-phase"
	indexByWake      = "by-wake"
	indexByAttention = "by-attention"

	// wakeShard is the one partition of by-wake. More are needed only above
	// 1,000 writes a second.
	wakeShard = "0"
	// toldShard is another: settled releases whose last entries are not announced
	// yet, by when they settled.
	toldShard = "unannounced"
)

// Attributes that conditions and filters name.
const (
	attrRev          = "rev"
	attrSettledAt    = "settled_at"
	attrStartedAt    = "started_at"
	attrAnnouncedSeq = "announced_seq"
	attrDefinition   = "definition"
	attrDoc          = "doc"
	// attrOpID is the transaction that wrote the item; attrCallID the single
	// conditional write that last changed it.
	attrOpID   = "op_id"
	attrCallID = "call_id"
)

// key is an item's primary key.
type key struct{ pk, sk string }

const (
	partitionCanaries = "CANARY"
	partitionCommands = "COMMAND"
	partitionWorkers  = "WORKER"

	sortActive      = "ACTIVE"
	sortReleases    = "RELEASE#"
	sortDefinitions = "DEFINITION#"
)

func canaryPartition(name string) string    { return "CANARY#" + name }
func historyPartition(id string) string     { return "RELEASE#" + id }
func triggerPartition(source string) string { return "TRIGGER#" + source }

func canaryKey(name string) key     { return key{partitionCanaries, name} }
func slotKey(canary string) key     { return key{canaryPartition(canary), sortActive} }
func targetKey(kind, id string) key { return key{"TARGET#" + kind + "#" + id, sortActive} }
func releaseKey(r worker.Ref) key   { return key{canaryPartition(r.Canary), sortReleases + r.ID} }
func outcomeKey(command string) key { return key{partitionCommands, command} }
func workerKey(id string) key       { return key{partitionWorkers, id} }

func entryKey(release string, seq int64) key {
	return key{historyPartition(release), tenDigits(seq)}
}

func triggerKey(source, k string) key { return key{triggerPartition(source), k} }

func definitionKey(canary string, number int) key {
	return key{canaryPartition(canary), sortDefinitions + tenDigits(int64(number))}
}

// tenDigits sorts as text as the number does.
func tenDigits(n int64) string { return fmt.Sprintf("%010d", n) }

// item is the key as DynamoDB takes it.
func (k key) item() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{attrPK: text(k.pk), attrSK: text(k.sk)}
}

func (k key) String() string { return k.pk + " " + k.sk }

func name(attribute string) expression.NameBuilder { return expression.Name(attribute) }
