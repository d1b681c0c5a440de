package dynamostore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/worker"
)

// Beat says this worker is alive: the one write without a condition, for nobody
// else writes its item.
func (s *Store) Beat(ctx context.Context, w worker.WorkerInfo) error {
	var a attributes
	a.text("worker", w.ID)
	a.text("version", w.Version)
	a.at("seen_at", w.SeenAt)
	a.at("last_sweep_at", w.LastSweepAt)
	a.expires(w.SeenAt.Add(day))
	_, err := s.api.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: a.item(workerKey(w.ID))})
	if err != nil {
		return fmt.Errorf("record that worker %s is alive: %w", w.ID, s.classify(callPut, err))
	}
	return nil
}

// Workers returns those seen within a day, by id. TTL alone would show them for
// up to two days more.
func (s *Store) Workers(ctx context.Context) ([]worker.WorkerInfo, error) {
	items, err := s.query(ctx, query{where: inPartition(partitionWorkers)})
	if err != nil {
		return nil, fmt.Errorf("read the workers: %w", err)
	}
	var all []worker.WorkerInfo
	oldest := time.Now().Add(-day)
	for _, item := range items {
		w, err := workerOf(item)
		if err != nil {
			return nil, fmt.Errorf("read the workers: %w", err)
		}
		if w.SeenAt.After(oldest) {
			all = append(all, w)
		}
	}
	return all, nil
}

func workerOf(item map[string]types.AttributeValue) (worker.WorkerInfo, error) {
	var in struct {
		Worker      string `dynamodbav:"worker"`
		Version     string `dynamodbav:"version"`
		SeenAt      string `dynamodbav:"seen_at"`
		LastSweepAt string `dynamodbav:"last_sweep_at"`
	}
	if err := unmarshal(item, &in); err != nil {
		return worker.WorkerInfo{}, err
	}
	seen, seenErr := instant(in.SeenAt)
	swept, sweptErr := instant(in.LastSweepAt)
	w := worker.WorkerInfo{ID: in.Worker, SeenAt: seen, LastSweepAt: swept, Version: in.Version}
	return w, errors.Join(seenErr, sweptErr)
}
