package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// dynamoRoute is where a World's DynamoDB is.
type dynamoRoute struct {
	mu        sync.Mutex
	decided   bool
	local     *process // nil: moto answers
	accessKey string   // this World's database in DynamoDB Local
	slots     chan struct{}
}

// dynamoAtOnce is how many calls DynamoDB Local has at once. It does them one after the other and keeps no limit itself.
const dynamoAtOnce = 16

// enter waits for one of the slots. It is false when the client left before there was one: a table that has too much to
// do refuses, and does not do hours later what nobody waits for any more.
func (d *dynamoRoute) enter(client context.Context) bool {
	select {
	case d.slots <- struct{}{}:
		return true
	default:
	}
	select {
	case d.slots <- struct{}{}:
		return true
	case <-client.Done():
		return false
	}
}

// dynamoDBLocal is this World's DynamoDB Local, nil when moto answers.
func (w *World) dynamoDBLocal() *process {
	d := &w.dynamo
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.decided || w.opts.MotoDynamoDB {
		return d.local
	}
	local, err := engines.dynamoDBLocal(w.ctx)
	switch missing := (*Missing)(nil); {
	case errors.As(err, &missing):
		if report(missing) {
			w.opts.Failf("%v", missing)
		}
	case err != nil:
		w.opts.Failf("start DynamoDB Local: %v", err)
		return nil
	}
	d.decided, d.local, d.accessKey = true, local, newAccessKey()
	return d.local
}

// forwardDynamoDB has DynamoDB Local answer, else moto, which ignores ClientRequestToken and knows no
// TransactionConflict (AWS note 8). DynamoDB Local keeps a database for each access key, so every actor of a World goes
// by the World's own.
func (w *World) forwardDynamoDB(c Call) Answer {
	local := w.dynamoDBLocal()
	if local == nil {
		return w.forward(c, w.moto)
	}
	if !w.dynamo.enter(c.Request.Context()) {
		return shapedError(c, codeUnavailable, "Service is unavailable. Please try again.")
	}
	defer func() { <-w.dynamo.slots }()
	auth := c.Request.Header.Get("Authorization")
	c.Request.Header.Set("Authorization", strings.Replace(auth, "Credential="+c.Actor+"/", "Credential="+w.dynamo.accessKey+"/", 1))
	return w.forward(c, local)
}

// forwardCloudFormation forwards a call to moto, without the list items that AWS::NoValue removes (moto leaves nulls), and
// makes the tables of its stacks in DynamoDB Local too, where that answers for DynamoDB.
func (w *World) forwardCloudFormation(c Call) Answer {
	c, err := withoutRemovedItems(c)
	if err != nil {
		return invalidTemplate(c, err)
	}
	w.rules.Lock()
	a := w.forward(c, w.moto)
	w.rules.Unlock()
	switch c.Operation {
	case "CreateStack", "UpdateStack", "ExecuteChangeSet":
		if a.Status == http.StatusOK {
			if err := w.mirrorTables(); err != nil && w.ctx.Err() == nil {
				w.opts.Failf("call %d, %s: %v", c.N, c.Operation, err)
			}
		}
	}
	return a
}

// mirrorTables makes every table that moto has, and DynamoDB Local has not, in DynamoDB Local.
func (w *World) mirrorTables() error {
	var list struct{ TableNames []string }
	if err := w.callMoto("dynamodb", "DynamoDB_20120810.ListTables", struct{}{}, &list); err != nil {
		return fmt.Errorf("list moto's tables: %w", err)
	}
	if len(list.TableNames) == 0 {
		return nil
	}
	local := w.dynamoDBLocal()
	if local == nil {
		return nil
	}
	for _, name := range list.TableNames {
		if err := w.mirrorTable(local, name); err != nil {
			return fmt.Errorf("make table %s in DynamoDB Local: %w", name, err)
		}
	}
	return nil
}

func (w *World) mirrorTable(local *process, name string) error {
	var out struct{ Table map[string]json.RawMessage }
	if err := w.callMoto("dynamodb", "DynamoDB_20120810.DescribeTable", map[string]string{"TableName": name}, &out); err != nil {
		return err
	}
	in := map[string]any{
		"TableName": name, "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": out.Table["KeySchema"], "AttributeDefinitions": out.Table["AttributeDefinitions"],
	}
	var indexes []map[string]json.RawMessage
	if raw := out.Table["GlobalSecondaryIndexes"]; raw != nil {
		if err := json.Unmarshal(raw, &indexes); err != nil {
			return err
		}
	}
	var wanted []map[string]json.RawMessage
	for _, i := range indexes {
		wanted = append(wanted, map[string]json.RawMessage{"IndexName": i["IndexName"], "KeySchema": i["KeySchema"], "Projection": i["Projection"]})
	}
	if len(wanted) > 0 {
		in["GlobalSecondaryIndexes"] = wanted
	}
	a, err := w.callEngine(local, "dynamodb", "DynamoDB_20120810.CreateTable", w.dynamo.accessKey, in)
	if err != nil {
		return err
	}
	if a.Status != http.StatusOK && !strings.Contains(string(a.Body), "ResourceInUseException") {
		return fmt.Errorf("status %d: %s", a.Status, a.Body)
	}
	return nil
}
