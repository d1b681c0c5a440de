package bench_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/serinhq/serin/internal/awstest"
)

// queues are an SQS that answers at once. It hands every message out once: what is measured loses none.
type queues struct {
	mu      sync.Mutex
	waiting map[string][][]byte // encoded messages, by queue
	news    chan struct{}
	sent    int
	deleted int
	wanted  int           // deletions that close done
	done    chan struct{} // nil: nobody waits
	closed  bool
	polled  map[string]chan struct{} // closed by the next receive, by queue
}

// polls is closed when the queue is next asked for messages.
func (q *queues) polls(queue string) <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polled[queue] = make(chan struct{})
	return q.polled[queue]
}

// gone is how many messages were deleted.
func (q *queues) gone() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.deleted
}

// close ends every long poll, and lets none begin.
func (q *queues) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.news)
	q.news = make(chan struct{})
}

func newQueues() *queues {
	return &queues{waiting: map[string][][]byte{}, news: make(chan struct{}), polled: map[string]chan struct{}{}}
}

const (
	eventQueue   = "serin-events"
	commandQueue = "serin-commands"
)

func queueURL(name string) string { return "http://127.0.0.1/" + awstest.Account + "/" + name }

// encoded is a message as ReceiveMessage answers it.
func encoded(id, body string) []byte {
	sum := md5.Sum([]byte(body))
	text, err := json.Marshal(map[string]any{
		"MessageId": id, "ReceiptHandle": "handle-" + id + strings.Repeat("x", 150), "MD5OfBody": hex.EncodeToString(sum[:]), "Body": body,
		"Attributes": map[string]string{"SenderId": "AIDAEVENTS", "ApproximateReceiveCount": "1"},
	})
	if err != nil {
		panic(err)
	}
	return text
}

// put makes messages visible.
func (q *queues) put(queue string, messages ...[]byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[queue] = append(q.waiting[queue], messages...)
	q.sent += len(messages)
	close(q.news)
	q.news = make(chan struct{})
}

// send is put for one body.
func (q *queues) send(queue, body string) {
	q.mu.Lock()
	id := fmt.Sprint("message-", q.sent)
	q.mu.Unlock()
	q.put(queue, encoded(id, body))
}

// feed makes events visible; the channel is closed when as many messages are deleted.
func (q *queues) feed(messages [][]byte) <-chan struct{} { return q.feedOn(eventQueue, messages) }

func (q *queues) feedOn(queue string, messages [][]byte) <-chan struct{} {
	done := make(chan struct{})
	q.mu.Lock()
	q.done, q.wanted = done, q.deleted+len(messages)
	q.mu.Unlock()
	q.put(queue, messages...)
	return done
}

func (*queues) Service() string                            { return "sqs" }
func (*queues) Operation(r *http.Request, _ []byte) string { return wireOperation(r) }

func (q *queues) Serve(c awstest.Call) awstest.Answer {
	switch c.Operation {
	case "ReceiveMessage":
		return q.receive(c)
	case "DeleteMessageBatch":
		return q.remove(bytes.Count(c.Body, []byte(`"ReceiptHandle"`)))
	case "DeleteMessage":
		q.remove(1)
	case "ChangeMessageVisibility":
	default:
		return awstest.Answer{Status: http.StatusBadRequest, Body: []byte(`{"__type":"UnknownOperationException"}`)}
	}
	return jsonAnswer([]byte("{}"))
}

func (q *queues) receive(c awstest.Call) awstest.Answer {
	var in struct {
		QueueURL                             string `json:"QueueUrl"`
		MaxNumberOfMessages, WaitTimeSeconds int
	}
	if err := json.Unmarshal(c.Body, &in); err != nil {
		return awstest.Answer{Status: http.StatusBadRequest, Body: []byte(`{"__type":"SerializationException"}`)}
	}
	queue := in.QueueURL[strings.LastIndexByte(in.QueueURL, '/')+1:]
	over := time.NewTimer(time.Duration(in.WaitTimeSeconds) * time.Second)
	defer over.Stop()
	for {
		q.mu.Lock()
		n := min(max(in.MaxNumberOfMessages, 1), len(q.waiting[queue]))
		out := q.waiting[queue][:n]
		q.waiting[queue] = q.waiting[queue][n:]
		news, closed := q.news, q.closed
		if asked := q.polled[queue]; asked != nil {
			close(asked)
			delete(q.polled, queue)
		}
		q.mu.Unlock()
		if n > 0 {
			return jsonAnswer(slicesJoin(`{"Messages":[`, out, `]}`))
		}
		if closed {
			return jsonAnswer([]byte("{}"))
		}
		select {
		case <-news:
		case <-over.C:
			return jsonAnswer([]byte("{}"))
		case <-c.Request.Context().Done():
			return jsonAnswer([]byte("{}"))
		}
	}
}

func slicesJoin(before string, parts [][]byte, after string) []byte {
	return append(append([]byte(before), bytes.Join(parts, []byte(","))...), after...)
}

func (q *queues) remove(n int) awstest.Answer {
	q.mu.Lock()
	q.deleted += n
	if q.done != nil && q.deleted >= q.wanted {
		close(q.done)
		q.done = nil
	}
	q.mu.Unlock()
	var ok [][]byte
	for i := range n {
		ok = append(ok, []byte(`{"Id":"`+strconv.Itoa(i)+`"}`))
	}
	return jsonAnswer(slicesJoin(`{"Failed":[],"Successful":[`, ok, `]}`))
}
